package judge

func str(v any) string { s, _ := v.(string); return s }
