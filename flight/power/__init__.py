"""Power management: state of charge, charge control, load tiers, energy plan, electrical grants."""
