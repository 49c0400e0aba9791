"""How well detectors do on texts of known language: corpus, table and calibration."""
