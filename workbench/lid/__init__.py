"""Language identification: detectors and the rates made of their verdicts."""
