// SPDX-License-Identifier: MIT
#pragma once

// A status, an event or an error as JSON in the shape of docs/status.md, and a status back from it.
// Pure functions, shared by `status --json`, `--json` streams, the control socket and the record
// files.

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <mcast/session.hpp>
#include <mcast/status.hpp>

#include "base/result.hpp"

namespace mcast::control {

using Json = nlohmann::ordered_json;

/// The form of text beyond ASCII: as it is, or escaped for readers in any locale.
enum class Letters : bool { utf8, ascii };

/// An array of offers, for `list --json`.
[[nodiscard]] Json to_json(std::span<const Offer> offers);
/// {"code","name","message"}, without the errno.
[[nodiscard]] Json to_json(const Error& error);

// Lines are without a newline. Bytes that are not UTF-8 (in a file name) become U+FFFD.

[[nodiscard]] std::string to_line(const Json& json, Letters letters = Letters::utf8);
/// Keys in the order of docs/status.md. The last one, `receivers`, only for a sender.
[[nodiscard]] std::string status_line(const Status& status, Letters letters = Letters::utf8);
/// The keys of a status about its receivers.
[[nodiscard]] std::string receivers_line(const Status& status, Letters letters = Letters::utf8);
/// Only an `end` has `missing` and `receivers` in its status: the size of other events does not
/// depend on the group.
[[nodiscard]] std::string event_line(const Event& event, Letters letters = Letters::utf8);
/// The line of a non-empty object with one more key; `value` is JSON text.
[[nodiscard]] std::string with_key(std::string object, std::string_view key,
                                   std::string_view value);

/// A wrong type or missing key is error `protocol`, another version `unsupported`. Unknown keys are
/// skipped. An unknown error number reads as `internal`.
[[nodiscard]] Result<Status> parse_status(const Json& json);
/// A status without its receivers, which are ignored.
[[nodiscard]] Result<Status> parse_head(const Json& json);
[[nodiscard]] Result<Error> parse_error(const Json& json);
[[nodiscard]] Result<Event> parse_event(const Json& json);

/// The value of a text, without exceptions; `protocol` if it is broken or nested deeper than 32.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

}  // namespace mcast::control
