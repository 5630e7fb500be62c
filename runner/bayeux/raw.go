package bayeux

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Raw sends one hand-written body by long-polling, outside of any session, and
// observes what was sent and what came back. Prepare may replace the headers.
// An answer with any status is no error.
func Raw(ctx context.Context, o Options, body []byte) (status int, header http.Header, answer []byte, err error) {
	o = o.withDefaults()
	o.Transport = LongPolling
	if err := check(o); err != nil {
		return 0, nil, nil, err
	}
	link := &httpLink{client: httpClient(o), own: o.HTTP == nil}
	defer link.close()
	obs := newObserver(o)
	ctx, cancel := context.WithTimeout(ctx, o.RequestTimeout)
	defer cancel()
	obs.emit(sentRaw(body)...)
	a, f := post(ctx, o, link.client, body)
	from := origin{status: a.status, contentType: a.header.Get("Content-Type"), at: a.at, flaws: a.flaws}
	if f != nil {
		x := from.observation(KindGap, "", f.text, nil)
		if f.kind == Protocol {
			x.Kind, x.Whole = KindFault, f.whole
		}
		obs.emit(x)
		return a.status, a.header, a.body, f.asError("request")
	}
	list, bad := decode(a.body)
	seen := from.faults(a.body, bad)
	for _, m := range list {
		seen = append(seen, from.message(m)...)
	}
	obs.emit(seen...)
	if obs.flooded() {
		obs.flood(from)
	}
	return a.status, a.header, a.body, nil
}

func sentRaw(body []byte) (list []Observation) {
	now := time.Now()
	messages, err := decode(body)
	if err != nil || len(messages) == 0 {
		return []Observation{{Kind: KindSent, At: now, Text: short(string(body[:min(len(body), maxText+1)]), maxText)}}
	}
	for _, m := range messages {
		list = append(list, Observation{Kind: KindSent, At: now, Channel: m.channel, Raw: m.raw})
	}
	return list
}

// Negotiate asks by a handshake over long-polling which connection types the
// server supports, and gives the new session back at once.
func Negotiate(ctx context.Context, o Options) (reply json.RawMessage, supported []string, err error) {
	o = o.withDefaults()
	o.Transport = LongPolling
	if err := check(o); err != nil {
		return nil, nil, err
	}
	status, header, body, err := Raw(ctx, o, []byte(
		`[{"channel":"/meta/handshake","version":"1.0","minimumVersion":"1.0","supportedConnectionTypes":["long-polling","websocket"],"id":"1"}]`))
	if err != nil {
		return nil, nil, err
	}
	if status != http.StatusOK {
		f := statusFailure(answer{status: status, header: header})
		f.text += quoted(body)
		return nil, nil, f.asError("handshake")
	}
	list, bad := decode(body)
	for _, m := range list {
		if m.channel != "/meta/handshake" {
			continue
		}
		if !m.ok() {
			return m.raw, supportedTypes(m.raw), refusal("handshake", m, LongPolling)
		}
		giveBack(ctx, o, m.clientID)
		return m.raw, supportedTypes(m.raw), nil
	}
	text := "handshake: the answer holds no reply"
	if bad != nil {
		text = "handshake: the answer is " + bad.Error()
	}
	return nil, nil, &Error{Kind: Protocol, Text: text}
}

// giveBack keeps the server from counting a session that nobody polls.
func giveBack(ctx context.Context, o Options, clientID string) {
	if clientID == "" {
		return
	}
	goodbye := append([]byte{'['}, encode(request{Channel: "/meta/disconnect", ClientID: clientID, ID: "2"})...)
	_, _, _, _ = Raw(ctx, o, append(goodbye, ']')) // observed; nothing depends on it
}
