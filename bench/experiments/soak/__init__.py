"""Hours of one load: what drifts?"""
