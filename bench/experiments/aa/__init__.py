"""An arm against itself: how often does the rule see a difference where there is none?"""
