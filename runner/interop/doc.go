// Package interop holds tests only. They try the two halves of voicespec on
// software of other people, which needs Node: the reference server on the
// CometD project's own clients, and the Bayeux client on the CometD project's
// server and on Faye. They also read the files that hand voicespec to other
// people's machinery: the GitHub action, the Dockerfile, the Kubernetes job.
package interop
