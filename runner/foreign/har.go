package foreign

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/voicespec/voicespec/runner/recording"
)

// harBegins reports whether a text begins as an HTTP archive does: an object with the member log.
func harBegins(head []byte) bool { return harBeginning.Match(head) }

var harBeginning = regexp.MustCompile(`^\{\s*"log"\s*:\s*\{`)

type harEntry struct {
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"` // milliseconds
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Frames   []harFrame  `json:"_webSocketMessages"`
}

type harRequest struct {
	Method   string      `json:"method"`
	URL      string      `json:"url"`
	Headers  []harHeader `json:"headers"`
	Cookies  []harHeader `json:"cookies"`
	PostData *harContent `json:"postData"`
}

type harResponse struct {
	Status  int         `json:"status"`
	Headers []harHeader `json:"headers"`
	Cookies []harHeader `json:"cookies"`
	Content harContent  `json:"content"`
}

type harHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harContent struct {
	MimeType string  `json:"mimeType"`
	Text     *string `json:"text"`
	Encoding string  `json:"encoding"`
	Size     int     `json:"size"`
}

// harFrame is one message of a WebSocket, at a time in seconds.
type harFrame struct {
	Type string  `json:"type"`
	Time float64 `json:"time"`
	Data string  `json:"data"`
}

// bytes are a body as it was; ok is false where the archive has lost it.
func (c *harContent) bytes() (body []byte, ok bool) {
	if c == nil || c.Text == nil || *c.Text == "" && c.Size > 0 {
		return nil, false
	}
	if c.Encoding == "base64" {
		b, err := base64.StdEncoding.DecodeString(*c.Text)
		return b, err == nil
	}
	return []byte(*c.Text), true
}

// header is the value of a header; "" where there is none. With several of the name it is the last.
func header(list []harHeader, name string) (value string) {
	for _, h := range list {
		if strings.EqualFold(h.Name, name) {
			value = h.Value
		}
	}
	return value
}

// harEntries reads the entries of an archive; cutOff says that it ends in the midst of them.
func harEntries(data []byte) (entries []harEntry, cutOff bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	if !enter(d, "log") || !enter(d, "entries") {
		return nil, true
	}
	for d.More() {
		var e harEntry
		if err := d.Decode(&e); err != nil {
			return entries, true
		}
		entries = append(entries, e)
	}
	_, err := d.Token()
	return entries, err != nil
}

// enter goes on to the value of a member of the object that begins, and into it.
func enter(d *json.Decoder, name string) bool {
	if t, err := d.Token(); err != nil || t != json.Delim('{') && name == "log" {
		return false
	}
	for {
		t, err := d.Token()
		if err != nil || t == json.Delim('}') {
			return false
		}
		if t == name {
			if name == "entries" {
				t, err = d.Token()
				return err == nil && t == json.Delim('[')
			}
			return true
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return false
		}
	}
}

// har is an archive that is being read.
type har struct {
	content
	secrets  Secrets
	users    map[string]string  // cookie of a session: who has it
	shakes   map[string]int     // handshakes of a person
	polls    map[string]bool    // a person has a session by now
	lost     map[string][]*line // what a person's polls have lost since they last brought something
	bodiless int
	requests int
	ours     int
}

func readHAR(data []byte) (*content, error) {
	entries, cutOff := harEntries(data)
	h := &har{users: map[string]string{}, shakes: map[string]int{}, polls: map[string]bool{}, lost: map[string][]*line{}}
	h.recorded = true
	if cutOff {
		if len(entries) == 0 {
			return nil, errors.New("the HAR ends before its first request; export it again")
		}
		h.notef("the HAR is cut off behind its request %d; what stands before is read", len(entries))
	}
	for _, e := range entries {
		h.learn(e)
	}
	for _, e := range entries {
		if err := h.read(e); err != nil {
			return nil, err
		}
	}
	switch {
	case h.ours == 0 && len(entries) == 0:
		return nil, errors.New("the HAR holds no request")
	case h.ours == 0:
		return nil, fmt.Errorf("none of the %d requests is of the Voice API: none goes to %s, none brings its notifications%s", len(entries), root, h.instead(entries[0]))
	case h.bodiless == h.ours:
		return nil, fmt.Errorf("the HAR holds none of the bodies of its %d requests to %s; export it with content (\"Save all as HAR with content\")", h.ours, root)
	case h.bodiless > 0:
		h.notef("%d of %d answers have no body in it; what they brought is unknown", h.bodiless, h.ours)
	}
	return &h.content, nil
}

const root = "/api/v2"

func (h *har) read(e harEntry) error {
	started, err := time.Parse(time.RFC3339Nano, e.Started)
	if err != nil {
		return fmt.Errorf("request %d of the HAR began at %q, which is no time", h.requests+1, recording.Cut(e.Started))
	}
	h.requests++
	end := started.Add(time.Duration(e.Time * float64(time.Millisecond)))
	u, err := url.Parse(e.Request.URL)
	if err != nil {
		return nil //nolint:nilerr // a browser's own, such as data: of an image
	}
	who := h.personOf(e.Request)
	if len(e.Frames) > 0 {
		h.frames(e.Frames, who)
		return nil
	}
	i := strings.Index(u.Path, root+"/")
	if i < 0 && !bayeuxRequest(e) {
		return nil
	}
	body, whole := e.Response.Content.bytes()
	if strings.Contains(u.Path, "/notifications") || bayeuxRequest(e) {
		h.poll(e, who, end, body, whole)
		return nil
	}
	h.ours++
	h.target = u.Scheme + "://" + u.Host
	_, below, _ := strings.Cut(u.EscapedPath(), root)
	path := root + below
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	x := &recording.Entry{Kind: recording.KindRest, Method: e.Request.Method, Path: strings.TrimPrefix(h.secrets.Cut(path), root), Status: e.Response.Status}
	if sent, ok := e.Request.PostData.bytes(); ok && len(sent) > 0 {
		x.Request, x.RequestText = h.body(sent)
		if kind := header(e.Request.Headers, "content-type"); !recording.AsJSON(kind) {
			x.RequestType = kind
		}
	}
	l := line{at: started, person: who, entry: x}
	if whole {
		h.secrets.Show(&recording.Entry{Kind: recording.KindRest, Method: x.Method, Path: strings.TrimPrefix(path, root), Status: x.Status, Response: asJSON(body)})
	}
	switch {
	case e.Response.Status == 0:
		x.Problem = "reset"
	case whole:
		x.Response, x.ResponseText = h.body(body)
		l.answer = end
	default:
		h.bodiless++
		l.answer = end
	}
	if kind := header(e.Response.Headers, "content-type"); kind != "" {
		x.Headers = map[string]string{"Content-Type": kind}
	}
	h.add(l)
	return nil
}

// asJSON is a body that is JSON; nil for any other.
func asJSON(raw []byte) json.RawMessage {
	if !json.Valid(raw) {
		return nil
	}
	return raw
}

// body is a body as a recording holds it: JSON, or a text.
func (h *har) body(raw []byte) (asJSON json.RawMessage, asText string) {
	text := h.secrets.Cut(string(raw))
	if json.Valid([]byte(text)) && utf8.ValidString(text) {
		return json.RawMessage(text), ""
	}
	return nil, text
}

// bayeuxRequest reports whether a request is one of Bayeux by what it says.
func bayeuxRequest(e harEntry) bool {
	sent, ok := e.Request.PostData.bytes()
	return ok && bytes.Contains(sent, []byte(`"/meta/`)) && len(Messages(sent)) > 0
}

// Messages are the Bayeux messages of a body or frame; none if it holds something else.
func Messages(body []byte) []json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(body, &list) != nil {
		var one json.RawMessage
		if json.Unmarshal(body, &one) != nil || len(one) == 0 || one[0] != '{' {
			return nil
		}
		list = []json.RawMessage{one}
	}
	for _, m := range list {
		var b struct {
			Channel string `json:"channel"`
		}
		if json.Unmarshal(m, &b) != nil || !strings.HasPrefix(b.Channel, "/") {
			return nil
		}
	}
	return list
}

// poll reads what a request of Bayeux brought. What it lost is a gap, unless nothing follows: that is how a log ends.
func (h *har) poll(e harEntry, who string, end time.Time, body []byte, whole bool) {
	h.ours++
	sent, _ := e.Request.PostData.bytes()
	list := Messages(body)
	if !whole || e.Response.Status >= 400 || list == nil {
		if !whole && e.Response.Status != 0 {
			h.bodiless++
		}
		why := fmt.Sprintf("a poll was answered by HTTP %d", e.Response.Status)
		switch {
		case e.Response.Status == 0:
			why = "a poll was broken off"
		case !whole:
			why = "the body of a poll is not in the HAR"
		case list == nil && e.Response.Status < 400:
			why = "the answer of a poll is no JSON of Bayeux"
		}
		h.lose(who, end, why)
		return
	}
	if bytes.Contains(sent, []byte("/meta/handshake")) {
		h.handshake(who, end)
	}
	h.found(who)
	for _, m := range list {
		h.message(m, who, end, "long-polling")
	}
}

func (h *har) handshake(who string, at time.Time) {
	if h.shakes[who]++; h.shakes[who] > 1 {
		h.lose(who, at, "the session began anew")
	}
}

// lose notes a hole, which counts once something follows.
func (h *har) lose(who string, at time.Time, why string) {
	h.lost[who] = append(h.lost[who], &line{at: at, person: who, entry: &recording.Entry{Kind: recording.KindGap, Text: why}})
}

func (h *har) found(who string) {
	for _, l := range h.lost[who] {
		h.add(*l)
	}
	delete(h.lost, who)
}

func (h *har) message(m json.RawMessage, who string, at time.Time, transport string) {
	var b struct {
		Channel string          `json:"channel"`
		Data    json.RawMessage `json:"data"`
	}
	if json.Unmarshal(m, &b) != nil || b.Data == nil || strings.HasPrefix(b.Channel, "/meta/") {
		return
	}
	h.secrets.Show(&recording.Entry{Kind: recording.KindMessage, Channel: b.Channel, Message: m})
	raw, _ := h.body(m)
	h.add(line{at: at, person: who, entry: &recording.Entry{
		Kind: recording.KindMessage, Channel: b.Channel, Transport: transport, Session: max(h.shakes[who], 1), Message: raw,
	}})
}

// frames reads the messages of a WebSocket.
func (h *har) frames(frames []harFrame, who string) {
	for _, f := range frames {
		list := Messages([]byte(f.Data))
		if list == nil {
			continue // not of Bayeux
		}
		h.ours++
		at := time.UnixMicro(int64(f.Time * 1e6)).UTC()
		if f.Type == "send" {
			if strings.Contains(f.Data, "/meta/handshake") {
				h.handshake(who, at)
			}
			continue
		}
		h.found(who)
		for _, m := range list {
			h.message(m, who, at, "websocket")
		}
	}
}

// instead says where requests go that are of something else: the path, without what may be secret.
func (h *har) instead(e harEntry) string {
	u, err := url.Parse(e.Request.URL)
	if err != nil || u.Host == "" {
		return ""
	}
	return h.secrets.Cut(fmt.Sprintf("; the first goes to %s%s", u.Host, recording.Cut(u.EscapedPath())))
}
