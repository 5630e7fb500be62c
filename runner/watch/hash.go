package watch

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// salt makes the hashes of one watch comparable with each other, and with nothing else.
var salt = func() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	return b
}()

// hashed is JSON with the values of user data hashed, and all else as it says.
func hashed(raw []byte) json.RawMessage {
	if !bytes.Contains(raw, []byte(`"userData"`)) {
		return raw
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return raw
	}
	out, err := json.Marshal(hashIn(v, false))
	if err != nil {
		return raw
	}
	return out
}

func hashIn(v any, data bool) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = hashIn(value, data || key == "userData")
		}
	case []any:
		for i := range v {
			v[i] = hashIn(v[i], data)
		}
	case nil:
	default:
		if data {
			sum := sha256.Sum256(append(append([]byte(nil), salt...), fmt.Sprint(v)...))
			return fmt.Sprintf("#%x", sum[:6])
		}
	}
	return v
}
