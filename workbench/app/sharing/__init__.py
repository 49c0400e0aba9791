"""Links to what is shown, and pages of it that open without the app."""
