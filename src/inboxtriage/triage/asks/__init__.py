"""What exactly is asked, beside the labels: plans, times, services, people. Pure code; every word is data."""
