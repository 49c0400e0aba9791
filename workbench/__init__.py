"""Cross-lingual Workbench: what does an English-tuned LLM do in other languages?"""

__version__ = "0.1.0"
