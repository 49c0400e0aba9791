"""Code-switching word by word: what a word says for and against languages, and where
the evidence for another language than the expected one is enough for a span.

``units`` cuts a text into words, ``scripts`` and ``function_words`` hold what is known of
languages, ``evidence`` turns both and two byte models into log-odds, ``tracing`` finds the
best segmentation, ``blocks`` cuts a growing text where that can be done for good.
"""
