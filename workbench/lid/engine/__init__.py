"""The engine: byte models of languages as tables, scored in batches and streams.

A model walks a finite automaton over the UTF-8 bytes of a text; each state stands for the
features (byte n-grams) that end there. ``tables`` says how a model is kept, ``langid_model``
and ``py3langid_model`` take the two packages' models apart, ``scorer`` scores texts by
compiled ``kernels`` or, where numba is absent, by ``plain`` NumPy with the same results.
"""
