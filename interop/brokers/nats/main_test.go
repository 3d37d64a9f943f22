package nats

import (
	"encoding/json"
	"log"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	text, is := os.LookupEnv("NATS_MEMBER")
	if !is {
		os.Exit(m.Run())
	}
	var of member
	if err := json.Unmarshal([]byte(text), &of); err != nil {
		log.Fatal(err)
	}
	if err := of.serve(); err != nil {
		log.Fatal(err)
	}
}
