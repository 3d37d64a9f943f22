// Package testdata embeds the fixtures, for programs that play them far from
// this tree. What they hold is told by the README of each folder.
package testdata

import "embed"

// Files has the fixtures by their paths below this folder: frames/echo.txt.
//
//go:embed frames/*.txt dialogues/*.txt handshakes/*.txt cases/*.txt
var Files embed.FS
