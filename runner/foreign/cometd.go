package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/voicespec/voicespec/runner/recording"
)

// cometdLine is a line that cometd.js writes to the console, with whatever the console puts before it.
var cometdLine = regexp.MustCompile(`(?m)^.*?(\d\d:\d\d:\d\d\.\d\d\d) .*?` +
	`(received response|received websocket message|Received|Handshake sent|received error|Transport failure|Status )`)

// ways are how cometd.js tells what came, the most exact first: the text of an answer, of a frame, and what was made of either.
var ways = []string{"received response", "received websocket message", "Received"}

type cometdLog struct {
	content
	secrets Secrets
	way     string
	shakes  int
	day     time.Time
	last    time.Time
	short   int // messages that the console has printed in short
	shown   int
	back    time.Duration
}

// readCometD reads the console log of cometd.js: what came. What was asked for by REST is not in it.
func readCometD(data []byte) (*content, error) {
	c := &cometdLog{day: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)}
	c.zoneless = true
	for _, w := range ways {
		if bytes.Contains(data, []byte(w+" [")) || bytes.Contains(data, []byte(w+" {")) || bytes.Contains(data, []byte(w+" MessageEvent")) {
			if c.way == "" || w != "Received" {
				c.way += "|" + w
			}
		}
	}
	for _, at := range cometdLine.FindAllSubmatchIndex(data, -1) {
		stamp, what := string(data[at[2]:at[3]]), string(data[at[4]:at[5]])
		when, err := time.Parse("15:04:05.000", stamp)
		if err != nil {
			continue
		}
		c.line(c.clock(when), what, data[at[5]:])
	}
	if c.short > 0 {
		c.notef("the console has printed %d of %d messages in short: save the log with objects as JSON, or with cometd.js 9, to have them", c.short, c.short+c.shown)
	}
	if c.back > 0 {
		c.notef("its clock runs back by %s; times from there on are as good as unknown", c.back)
	}
	if c.shown == 0 {
		return nil, errors.New("the log of cometd.js holds no notification whole; set logLevel to debug before the handshake, and save the console as text")
	}
	return &c.content, nil
}

// clock makes times of day rise: over midnight another day begins, and a clock that was set back goes on from where it was.
func (c *cometdLog) clock(at time.Time) time.Time {
	t := c.day.Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second +
		time.Duration(at.Nanosecond()))
	if behind := c.last.Sub(t); !c.last.IsZero() && behind > 0 {
		if behind > 12*time.Hour {
			c.day = c.day.AddDate(0, 0, 1)
			t = t.AddDate(0, 0, 1)
		} else {
			c.back = max(c.back, behind)
			c.day, t = c.day.Add(behind), c.last
			c.gap(t, "the clock of the log was set back")
		}
	}
	c.last = t
	return t
}

func (c *cometdLog) gap(at time.Time, why string) {
	c.add(line{at: at, person: "the client", entry: &recording.Entry{Kind: recording.KindGap, Text: why}})
}

func (c *cometdLog) line(at time.Time, what string, rest []byte) {
	switch what {
	case "Handshake sent":
		if c.shakes++; c.shakes > 1 {
			c.gap(at, "the session began anew")
		}
	case "received error", "Transport failure":
		c.gap(at, "a request of the session failed")
	case "received response", "received websocket message", "Received":
		if strings.Contains(c.way+"|", "|"+what+"|") {
			c.came(at, rest)
		}
	}
}

func (c *cometdLog) came(at time.Time, rest []byte) {
	first, _, _ := bytes.Cut(rest, []byte("\n"))
	if event := bytes.Index(first, []byte("data: ")); event >= 0 && bytes.Contains(first[:event], []byte("MessageEvent")) && len(first) > event+7 {
		rest = first[event+7:] // the text stands in quotation marks
	}
	begin := bytes.IndexAny(rest, "[{")
	if begin < 0 || begin > 40 {
		return
	}
	var raw json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(rest[begin:])).Decode(&raw); err != nil {
		c.short++
		c.gap(at, "the console has printed what came in short")
		return
	}
	for _, m := range Messages(raw) {
		var b struct {
			Channel string          `json:"channel"`
			Data    json.RawMessage `json:"data"`
		}
		if json.Unmarshal(m, &b) != nil || b.Data == nil || strings.HasPrefix(b.Channel, "/meta/") {
			continue
		}
		c.shown++
		c.add(line{at: at, person: "the client", entry: &recording.Entry{
			Kind: recording.KindMessage, Channel: b.Channel, Session: max(c.shakes, 1), Message: json.RawMessage(c.secrets.Cut(string(m))),
		}})
	}
}

// readConsole reads NDJSON made of the log of Workspace Web Edition: exchanges and notifications, with the client's clock.
func readConsole(data []byte) (*content, error) {
	c := &content{zoneless: true, recorded: true}
	var secrets Secrets
	last := time.Time{}
	number, fragments := 0, 0
	for text := range bytes.Lines(data) {
		number++
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		var l consoleLine
		if err := json.Unmarshal(text, &l); err != nil {
			if !bytes.HasSuffix(data, text) {
				return nil, fmt.Errorf("line %d is no JSON object: %w", number, err)
			}
			c.notef("it is cut off in line %d; what stands before is read", number)
			break
		}
		if at, ok := consoleTime(l.At); ok {
			last = at
		}
		if last.IsZero() {
			last = time.Unix(0, 0).UTC()
		}
		x := l.entry(&secrets)
		if x.entry == nil {
			fragments++
			continue
		}
		x.at, x.person = last, "the client"
		if sent, ok := consoleTime(l.SentAt); ok && x.entry.Kind == recording.KindRest && !sent.After(last) {
			x.at, x.answer = sent, last
		}
		c.add(x)
	}
	if len(c.lines) == 0 {
		return nil, fmt.Errorf("it holds %d lines, and no exchange or notification among them", fragments)
	}
	return c, nil
}

type consoleLine struct {
	At           string          `json:"at"`
	SentAt       string          `json:"sent_at"`
	Kind         string          `json:"kind"`
	Method       string          `json:"method"`
	Path         string          `json:"path"`
	Status       int             `json:"status"`
	Request      json.RawMessage `json:"request"`
	Response     json.RawMessage `json:"response"`
	ResponseText string          `json:"response_text"`
	Channel      string          `json:"channel"`
	Data         json.RawMessage `json:"data"`
}

func consoleTime(text string) (time.Time, bool) {
	at, err := time.Parse("2006-01-02 15:04:05.000", text)
	return at, err == nil
}

func (l consoleLine) entry(secrets *Secrets) line {
	body := func(raw json.RawMessage) json.RawMessage {
		if string(raw) == "null" || raw == nil {
			return nil
		}
		return json.RawMessage(secrets.Cut(string(raw)))
	}
	switch {
	case l.Kind == "rest":
		e := &recording.Entry{
			Kind: recording.KindRest, Method: l.Method, Path: strings.TrimPrefix(secrets.Cut(l.Path), root), Status: l.Status,
			Request: body(l.Request), Response: body(l.Response),
		}
		if e.Response == nil {
			e.ResponseText = secrets.Cut(l.ResponseText)
		}
		return line{entry: e}
	case l.Kind == "message" && body(l.Data) == nil:
		return line{entry: &recording.Entry{Kind: recording.KindGap, Text: "the log does not hold what came"}}
	case l.Kind == "message":
		channel, _ := json.Marshal(l.Channel) //nolint:errchkjson // a text
		return line{entry: &recording.Entry{
			Kind: recording.KindMessage, Channel: l.Channel, Message: json.RawMessage(`{"channel":` + string(channel) + `,"data":` + string(body(l.Data)) + `}`),
		}}
	}
	return line{}
}
