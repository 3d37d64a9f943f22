// Package tool tests the ws command, as the program that it is, between other
// implementations: ws proxy shows and records a chat between Chromium and the
// npm package ws, and ws replay has it happen again.
package tool
