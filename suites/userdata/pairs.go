package userdata

import (
	"fmt"
	"maps"
	"strings"
)

const (
	manyPairs = 100
	longValue = 10_000 // characters
)

// kind is one sort of user data that must be kept as it was sent.
type kind struct {
	name, title string
	requirement string
	pairs       map[string]any
	// along is sent with the pairs and not asked for again: what becomes of it is nowhere documented.
	along map[string]any
}

// kinds are sent one after the other to one call, so that the last ones find all others there.
// Values are texts and objects: those of T-Server's key-value lists that documents and recordings show.
var kinds = []kind{
	{name: "nested", title: "nested objects", requirement: "DATA-5", pairs: map[string]any{
		"VsNested": map[string]any{"username": "ada", "place": map[string]any{"name": "Desk 7", "floor": "3"}},
	}},
	{name: "non-ascii", title: "text beyond ASCII, in keys and values", requirement: "DATA-20", pairs: map[string]any{
		"VsText": "Zoë Ångström, 東京, Привет, ✓ 😀", "VsÜmlaut-名": "é", //nolint:gosmopolitan // the point of it
		"VsQuoted": `"quotes" \ / and <tags> & 'more'`, "VsLines": "one\ntwo\tthree",
		"VsCombined": "e\u0301 o\u0323\u0302 \u212b",
	}},
	{name: "empty", title: "an empty text", requirement: "DATA-20", pairs: map[string]any{"VsEmpty": "", "VsBeside": "1"}},
	{name: "hundred", title: "a hundred pairs", requirement: "DATA-20", pairs: hundred()},
	{
		name: "long", title: "a value of ten thousand characters", requirement: "DATA-20",
		pairs: map[string]any{"VsLong": strings.Repeat("0123456789", longValue/10)},
	},
	{
		name: "like-ours", title: "keys that are called like members of a call", requirement: "DATA-20",
		pairs: map[string]any{
			"id": "1", "state": "Released", "callUuid": "2", "uri": "/me/calls/3", "userData": "4", "capabilities": "Hangup",
			"participants": "5005", "statusCode": "7", "key": "8", "duration": "-1",
		},
		along: map[string]any{"__proto__": "9", "constructor": "10", "toString": "11"},
	},
}

func hundred() map[string]any {
	out := map[string]any{}
	for i := range manyPairs {
		out[fmt.Sprintf("VsKey%03d", i)] = fmt.Sprintf("value %d", i)
	}
	return out
}

func (k kind) sent() map[string]any { return merged(k.pairs, k.along) }

func merged(parts ...map[string]any) map[string]any {
	out := map[string]any{}
	for _, part := range parts {
		maps.Copy(out, part)
	}
	return out
}
