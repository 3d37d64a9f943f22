package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A message is a string of JSON, so that every way can carry it: "#SEQ SENT xxx…", in which SEQ counts the messages of
// its topic from 1 on and SENT is when it was published, in nanoseconds since 1970.
const messageSize = 100 // bytes

// gapMark is what a subscriber gets where its server knows that messages are missing.
var gapMark = []byte(`"!gap"`)

func newMessage(seq int) []byte {
	head := fmt.Sprintf(`"#%d %d `, seq, time.Now().UnixNano())
	return []byte(head + strings.Repeat("x", max(0, messageSize-len(head)-1)) + `"`)
}

// messages calls f for each message in data, which may have several, in whatever is around them.
func messages(data []byte, f func(seq int, sent time.Time)) {
	for {
		_, rest, found := bytes.Cut(data, []byte(`"#`))
		if !found {
			return
		}
		seq, rest, _ := bytes.Cut(rest, []byte(" "))
		sent, rest, _ := bytes.Cut(rest, []byte(" "))
		n, err := strconv.Atoi(string(seq))
		at, err2 := strconv.ParseInt(string(sent), 10, 64)
		if err == nil && err2 == nil {
			f(n, time.Unix(0, at))
		}
		data = rest
	}
}
