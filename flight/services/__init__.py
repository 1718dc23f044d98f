"""What every satellite needs: events, housekeeping, monitoring."""
