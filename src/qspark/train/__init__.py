"""Learn: models, SFT, ORPO, GRPO."""
