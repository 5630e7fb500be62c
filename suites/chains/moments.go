package chains

import (
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	. "github.com/voicespec/voicespec/runner/spec"
)

// cancelled is given up by who dialled it, while it rings; the answer comes too late, and the next call is one like another.
func cancelled(s *chained) {
	if !s.Caller.Controlled() {
		s.Untestable("the caller needs credentials in the target file")
	}
	a := s.Agent
	for _, role := range []string{"first", "second"} {
		c := s.Dial(s.Caller, a, role, nil)
		mark := s.Mark()
		s.do(s.Caller, c, "Hangup", nil)
		s.told(a, c, mark, Released)
		if s.Operate(a, recording.Refusal.Label("too-late."+role), c, "Answer", nil).Accepted() {
			s.Settle()
		}
	}
	c := s.Inbound("next")
	s.do(a, c, "Hold", nil)
	s.do(a, c, "Retrieve", nil)
	s.hangsUp(s.Caller, a, c)
}

// callerGone is a consultation whose original ends before it is completed. What a completion does then no page says: that it is
// refused, or what comes of it, must agree with what is read.
func callerGone(s *chained) {
	s.quiet = true
	s.needsDestination()
	c, a, d := s.Inbound("original"), s.Agent, s.Destination
	consult := s.consult(c, "consult", "InitiateTransfer", nil)
	s.picksUp(consult)
	mark := s.Mark()
	s.do(s.Caller, c, "Hangup", nil)
	s.told(a, c, mark, Released)
	if s.Operate(a, recording.Refusal.Label("completed"), consult, "CompleteTransfer", nil).Accepted() {
		s.Settle()
		return
	}
	s.Get(a, "read.consult", "/me/calls/"+consult.ID(a))
	s.Get(d, "read.destination", "/me/calls?fields=*")
	s.hangsUp(d, a, consult)
}

// odd are pairs that a server may spoil on their way: in JSON, in its own form, and back. Every switch takes them.
var odd = map[string]any{
	"Quoted": `James "Jim" O'Neill`, "Back\\slash": `C:\temp\new`, "Digits": "0042", "Number": "12345678", "Spaces": "  two  spaces ",
	"Long":   strings.Repeat("0123456789", 18),
	"Markup": "<b>&amp;</b>", "Braces": `{"a":[1,2]}`, "Percent": "100%25+1", "PercentOf": "250", "Nested": map[string]any{"Inner": `a "b"`, "Digits": "7"},
	"True": "true", "Null": "null", "Decimal": "1.50", "KeyOfTwentyFourLetters00": "long",
}

// changed are such pairs that an update sends.
var changed = map[string]any{
	"Spaces": "   three   spaces  ", "Key.dotted": "a.b", "Key with spaces": " c ", "Plus+and&": "1+1=2&3", "Escapes": `a\tb\nc`,
	"Nested": map[string]any{"Inner": `c "d"`, "Digits": "08"}, "Zeros": "007",
}

// data go with a call through everything.
func data(s *chained) {
	s.needsDestination()
	a, d := s.Agent, s.Destination
	c := s.Dial(s.Caller, a, "original", with(odd))
	s.Answer(a, c)
	s.do(a, c, "Hold", nil)
	s.do(a, c, "UpdateUserData", with(map[string]any{"Held": `"yes"`, "Number": "87654321"}))
	s.do(a, c, "Retrieve", nil)
	s.do(a, c, "UpdateUserData", with(changed))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Percent"})
	s.readsAll("odd", a, c)
	s.do(s.Caller, c, "Hold", nil)
	s.do(a, c, "AttachUserData", with(map[string]any{"Beside": map[string]any{"who": "holds", "n": "01"}}))
	s.do(a, c, "DeleteUserDataPair", map[string]any{"key": "Beside"})
	s.do(s.Caller, c, "Retrieve", nil)
	s.do(a, c, "Hold", nil) // what is held already is transferred, too
	consult := s.consult(c, "consult", "InitiateTransfer", with(map[string]any{"Consulted": `a\b"c`}))
	s.picksUp(consult)
	s.do(d, consult, "SendDtmf", map[string]any{"digits": "8"})
	s.do(a, consult, "UpdateUserData", with(map[string]any{"Consulted": "again, \"so\""}))
	s.do(a, consult, "SendDtmf", map[string]any{"digits": "3"})
	s.readsAll("odd-consult", a, consult)
	s.complete(c, consult, "CompleteTransfer")
	s.staying(s.Caller, d, 0)
}
