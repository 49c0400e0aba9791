"""Recipe to checkpoint: TRL and PEFT with loss on answers only."""
