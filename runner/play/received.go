package play

import (
	"bytes"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// What a target makes is secret in two ways. A value that nobody could guess is cut wherever it stands. One that reads as
// a word, such as Ready, is cut only where it is told to be a cookie's or a token's: elsewhere it is a word of the API.

// learn adds the value of a cookie. It reports whether the cookie may be used: there is an end to them.
func (s *secrets) learn(c *http.Cookie) bool {
	if !s.mark(c.Value, c.HttpOnly || recording.PrivateCookie(c.Name)) {
		return false
	}
	if recording.Unguessable(c.Value) {
		s.add(c.Value)
	} else {
		s.addPair(c.Name + "=" + c.Value)
	}
	return true
}

// token adds the value of a header that is a secret.
func (s *secrets) token(header, value string) {
	if !s.mark(value, true) {
		return
	}
	if recording.Unguessable(value) {
		s.add(value)
		return
	}
	s.addPair(header + ": " + value)
	s.addPair(header + "=" + value)
}

// addPair learns a name with its value, neither of which is a secret alone.
func (s *secrets) addPair(text string) {
	if len(text) < secretFloor {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.known[text] {
		s.known[text] = true
		s.index.add(text).pair = true
	}
}

// mark counts a value that the target made; false where there are too many.
func (s *secrets) mark(value string, always bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.made[value]; !known && len(s.made) >= mostReceived {
		return false
	}
	s.made[value] = s.made[value] || always
	return true
}

// shown is an entry without secrets; nil for one that holds none.
func (s *secrets) shown(e *recording.Entry) *recording.Entry {
	s.publish(e)
	c, changed, leaks := e.Copy(), false, false
	for _, raw := range []*[]byte{(*[]byte)(&c.Request), (*[]byte)(&c.Response), (*[]byte)(&c.Message)} {
		if after := s.cut(*raw); !bytes.Equal(after, *raw) {
			came := raw != (*[]byte)(&c.Request) && e.Direction != "sent"
			leaks = leaks || came && s.holdsCredentials(*raw)
			*raw, changed = after, true
		}
	}
	if leaks || e.ResponseText != "" && s.holdsCredentials([]byte(e.ResponseText)) {
		e.Flaws = append(slices.Clone(e.Flaws), recording.Leak)
	}
	change := func(text *string, cut func(string) string) {
		if after := cut(*text); after != *text {
			*text, changed = after, true
		}
	}
	change(&c.Path, s.cutText)
	change(&c.Channel, s.cutText)
	change(&c.ID, s.cutText)
	change(&c.Text, s.cutValues)
	for _, clipped := range []*string{&c.RequestText, &c.ResponseText, &c.Problem} {
		change(clipped, s.cutShortened)
	}
	c.Flaws = slices.Clone(e.Flaws)
	for i := range c.Flaws {
		change(&c.Flaws[i], s.cutShortened)
	}
	if e.Kind == recording.KindFault || e.Kind == recording.KindGap {
		change(&c.Text, s.cutShortened) // of a client that quotes what came
	}
	c.Headers = maps.Clone(e.Headers)
	for name, value := range e.Headers {
		change(&value, s.cutShortened)
		c.Headers[name] = value
	}
	if !changed {
		return nil
	}
	return c
}

// publish takes the ids of what the API shows for no secrets, although they stand in a cookie, too.
func (s *secrets) publish(e *recording.Entry) {
	ids := voice.IDsIn(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		if always, known := s.made[id]; known && !always {
			s.plain[id] = true
		}
	}
}

// ellipses are how texts end that were shortened.
var ellipses = regexp.MustCompile(`\.\.\.|…`)

// cutValues is cutText for a text that may quote values which were shortened, within a secret perhaps.
func (s *secrets) cutValues(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text = s.clean(text, false)
	var b strings.Builder
	done := 0
	for _, at := range ellipses.FindAllStringIndex(text, -1) {
		b.WriteString(s.cutEnd(text[done:at[0]]))
		done = at[0]
	}
	return b.String() + text[done:]
}

// cutEnd cuts what of a secret stands at the end of a text. The caller holds mu.
func (s *secrets) cutEnd(text string) string {
	if from, ok := s.index.beginning(text); ok {
		return text[:from] + blank
	}
	return text
}
