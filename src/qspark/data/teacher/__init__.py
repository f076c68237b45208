"""What `data/teach.py` is made of: seeds, prompts, the form of answers, the journal, the filter."""
