"""The stages of the lab; run each as `python -m stages.NAME` from training/."""
