// Package foreign reads what other tools recorded of the Voice API (a browser's network log, the console of a client, a trace of
// SIP) as a recording. What a file is, its content says. Nothing is repaired: what was lost becomes a gap. Secrets are cut on
// the way in.
package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Format is what kind of file something is.
type Format string

// The formats that are known.
const (
	Recording Format = "recording"   // one of voicespec's own
	HAR       Format = "har"         // HTTP archive
	CometD    Format = "cometd-log"  // what cometd.js writes to a console
	Console   Format = "wwe-console" // NDJSON made of the log of Workspace Web Edition
	SIP       Format = "sip"         // NDJSON of SIP messages
	Unknown   Format = ""
)

// MaxFile is the largest file that is read, in bytes; recordings have no limit.
const MaxFile = 1 << 30

// Source is one file.
type Source struct {
	Name  string
	Actor string // who was recorded, as the user says; empty: derived
	Data  []byte
}

// Log is what files hold, on one timeline.
type Log struct {
	Header  *recording.Header
	Entries []*recording.Entry
	Notes   []string // what a reader must know, a sentence each
}

// line is one entry before it is known when the timeline begins and what everybody is called.
type line struct {
	at     time.Time
	answer time.Time
	person string // within its file
	entry  *recording.Entry
}

// content is what one file holds.
type content struct {
	name     string
	lines    []line
	zoneless bool     // its times are of some local clock, the date of which may be unknown
	people   []string // in the order in which they appear
	notes    []string
	target   string
	recorded bool // what people asked for was recorded too
}

// Recognise tells what a file is by its beginning. A recording may be longer than that; no other is known by less than a
// piece of 64 KiB.
func Recognise(head []byte) Format {
	head = bytes.TrimLeft(Text(head), " \t\r\n")
	first, _, _ := bytes.Cut(head, []byte("\n"))
	var l struct {
		Kind      string          `json:"kind"`
		At        json.RawMessage `json:"at"`
		Direction string          `json:"direction"`
		Phone     json.RawMessage `json:"phone"`
		Message   json.RawMessage `json:"message"`
		Source    json.RawMessage `json:"source_line"`
		Data      json.RawMessage `json:"data"`
	}
	whole := json.Unmarshal(first, &l) == nil
	switch {
	case whole && l.Phone != nil && l.Direction != "" && isSIP(l.Message):
		return SIP
	case whole && l.Kind != "" && (l.Source != nil || bytes.HasPrefix(l.At, []byte(`"`)) || string(l.At) == "null"):
		return Console
	case whole && l.Kind != "" && recording.Known(recording.Kind(l.Kind)):
		return Recording
	case harBegins(head):
		return HAR
	case !whole && begun.Match(first):
		return Recording
	case cometdLine.Match(head):
		return CometD
	}
	return Unknown
}

// begun is the beginning of an entry of ours that is longer than what is seen of it, or was cut off.
var begun = regexp.MustCompile(`^\{.*"kind"\s*:\s*"(recording|scenario|call|rest|message|bayeux|gap|fault|missed|note|sip)"`)

// Read reads one or several files as one recording.
func Read(sources ...Source) (*Log, error) {
	var all []*content
	for _, s := range sources {
		c, err := read(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		if s.Actor != "" {
			if len(c.people) > 1 {
				return nil, fmt.Errorf("%s: it holds %d people (%s), so that it cannot be %s's; leave --as out, or export one file a person",
					s.Name, len(c.people), strings.Join(c.people, ", "), s.Actor)
			}
			for i := range c.lines {
				c.lines[i].person = "as " + s.Actor
			}
			c.people = []string{"as " + s.Actor}
		}
		all = append(all, c)
	}
	log, err := merge(all)
	if err != nil {
		return nil, err
	}
	if err := log.belongs(); err != nil {
		return nil, err
	}
	return log, nil
}

// belongs returns an error where all requests and notifications are of another API.
func (l *Log) belongs() error {
	requests, notifications := 0, 0
	for _, e := range l.Entries {
		switch {
		case voice.Belongs(e), e.Kind == recording.KindBayeux:
			return nil
		case e.Kind == recording.KindRest:
			requests++
		case e.Kind == recording.KindMessage:
			notifications++
		}
	}
	if requests+notifications == 0 {
		return nil
	}
	return errors.New(voice.AnotherAPI(requests, notifications))
}

func read(s Source) (*content, error) {
	data := Text(s.Data)
	var c *content
	var err error
	switch Recognise(data[:min(len(data), 64<<10)]) {
	case HAR:
		c, err = readHAR(data)
	case CometD:
		c, err = readCometD(data)
	case Console:
		c, err = readConsole(data)
	case SIP:
		c, err = readSIP(data)
	case Recording:
		c, err = readRecording(data)
	default:
		if cometdLine.Match(data) {
			c, err = readCometD(data)
			break
		}
		return nil, NoLog(s.Data)
	}
	if err != nil {
		return nil, err
	}
	c.name = s.Name
	return c, nil
}

// readRecording reads one of voicespec's own, to be merged with others.
func readRecording(data []byte) (*content, error) {
	c := &content{recorded: true, zoneless: true}
	start := time.Unix(0, 0).UTC()
	for e, err := range recording.Read(bytes.NewReader(data)) {
		if errors.Is(err, recording.ErrCut) && len(c.lines) > 0 {
			c.notef("%v; what stands before is read", err)
			break
		}
		if err != nil {
			return nil, err
		}
		if e.Kind == recording.KindHeader {
			if e.Header != nil && !e.Header.Started.IsZero() {
				start, c.zoneless = e.Header.Started, false
			}
			continue
		}
		l := line{at: start.Add(seconds(e.At)), person: e.Actor, entry: e}
		if e.AnsweredAt > 0 {
			l.answer = start.Add(seconds(e.AnsweredAt))
		}
		c.add(l)
	}
	return c, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func (c *content) add(l line) {
	if l.entry.Actor = ""; l.person != "" && !slices.Contains(c.people, l.person) {
		c.people = append(c.people, l.person)
	}
	c.lines = append(c.lines, l)
}

func (c *content) notef(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// Write writes the recording.
func (l *Log) Write(w io.Writer) error {
	out := recording.NewWriter(w)
	out.Write(&recording.Entry{Kind: recording.KindHeader, Header: l.Header})
	for _, e := range l.Entries {
		out.Write(e)
	}
	return out.Flush()
}
