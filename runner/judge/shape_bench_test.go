package judge

import (
	"testing"

	"github.com/voicespec/voicespec/runner/recording"
)

// BenchmarkForm is what the judgement of a message's form costs: by the schema, and where its shape is known.
func BenchmarkForm(b *testing.B) {
	held := messages(b)["call-held"][0]
	for name, c := range map[string]*Case{"schema": {}, "recognised": {again: true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if found := c.conforms("call-held", &recording.Entry{}, held); len(found) > 0 {
					b.Fatal(found)
				}
			}
		})
	}
}
