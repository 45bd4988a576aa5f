"""OpenTelemetry: spans of operations and their steps, sent to a collector by OTLP over HTTP."""
