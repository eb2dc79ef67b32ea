"""Measurements with databases as large as a city's will be in many years. No test asserts them."""
