package recording

import (
	"strings"
	"testing"
)

func TestTheLedgerHasAnEnd(t *testing.T) {
	t.Parallel()
	l := NewLedger()
	for i := range MostMessages {
		if !l.Message(1, []byte("{}")) {
			t.Fatalf("message %d is refused", i)
		}
	}
	if l.Message(1, []byte("{}")) || !l.Message(2, []byte("{}")) {
		t.Error("messages are counted by station")
	}
	l.Begin(1)
	if !l.Message(1, []byte("{}")) {
		t.Error("messages are counted by scenario")
	}
	small := []byte(`{"a":[` + strings.Repeat("1,", 200_000) + "1]}") // 400 KB, and 10 MB decoded
	n := 0
	for l.Message(3, small) {
		n++
	}
	for l.Answer(small) {
		n++
	}
	if n < 8 || n > 40 {
		t.Errorf("%d large ones", n)
	}
}

// What is forgotten makes place for what comes.
func TestTheLedgerForgets(t *testing.T) {
	t.Parallel()
	l := NewLedger()
	large := []byte(`{"a":[` + strings.Repeat("1,", 200_000) + "1]}")
	for range 1000 {
		if !l.Message(1, large) || !l.Answer(large) {
			t.Fatal("there is no place although all was forgotten")
		}
		l.Forget(1, []*Entry{{Kind: KindMessage, Message: large}, {Kind: KindRest, Response: large}, {Kind: KindNote}})
	}
}
