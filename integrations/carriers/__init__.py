"""Carriers: by a tariff alone, or by their own servers; and a small one of ours, for trying."""
