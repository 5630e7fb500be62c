// Package reference is a server of the documented Genesys Web Services Voice
// API v2: REST under /api/v2 and CometD notifications at
// /api/v2/notifications. `voicespec serve` runs it, `voicespec run` without a
// target tests it, and the kill matrix breaks it.
//
// It is written from the documentation and imports nothing of the client side
// of voicespec: call model, JSON and Bayeux server are its own, so that client
// and server cannot be wrong together.
//
// A Fault makes the server deviate in one point and names the requirement it
// breaks. A Variation changes what the documents leave open; a server with a
// variation still conforms. Both are rows of tables that set hooks (hooks.go);
// the server itself knows none of them by name.
package reference
