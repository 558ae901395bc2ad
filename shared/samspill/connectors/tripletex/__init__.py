"""Tripletex API 2.0. Facts come from its OpenAPI document (2.75.00), changelog and help; unknowns are named as such."""
