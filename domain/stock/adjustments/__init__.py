"""Write-offs, surpluses and conversions: goods that go, come or become others at one place."""
