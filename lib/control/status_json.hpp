// SPDX-License-Identifier: MIT
#pragma once

// A status, an event or an error as JSON in the shape of docs/status.md, and a status back from
// it. Pure functions: what `status --json`, `--json` streams, the control socket and the record
// files all have in common.

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <mcast/session.hpp>
#include <mcast/status.hpp>

#include "base/result.hpp"

namespace mcast::control {

using Json = nlohmann::ordered_json;

/// How text beyond ASCII is written: as it is, or escaped for readers that may have any locale.
enum class Letters : bool { utf8, ascii };

/// An array of what is on offer, for `list --json`.
[[nodiscard]] Json to_json(std::span<const Offer> offers);
/// {"code","name","message"}; the errno stays behind.
[[nodiscard]] Json to_json(const Error& error);

// Lines are without a newline. Bytes that are no UTF-8 (a file name) become U+FFFD.

[[nodiscard]] std::string to_line(const Json& json, Letters letters = Letters::utf8);
/// Keys in the order of docs/status.md. `receivers`, the last one, only for a sender.
[[nodiscard]] std::string status_line(const Status& status, Letters letters = Letters::utf8);
/// The keys of a status that tell of its receivers.
[[nodiscard]] std::string receivers_line(const Status& status, Letters letters = Letters::utf8);
/// Its status is without `missing` and `receivers` but at the end: the size of the others does not
/// depend on the group.
[[nodiscard]] std::string event_line(const Event& event, Letters letters = Letters::utf8);
/// The line of an object that is not empty with one more key, the value of which is text already.
[[nodiscard]] std::string with_key(std::string object, std::string_view key,
                                   std::string_view value);

/// Strict about types and missing keys, which is error `protocol`; another version is
/// `unsupported`. Unknown keys are skipped. An error number unknown here reads as `internal`.
[[nodiscard]] Result<Status> parse_status(const Json& json);
/// A status without its receivers, whether it has any or not.
[[nodiscard]] Result<Status> parse_head(const Json& json);
[[nodiscard]] Result<Error> parse_error(const Json& json);
[[nodiscard]] Result<Event> parse_event(const Json& json);

/// The value that a text stands for, without exceptions; `protocol` when it is broken or nested
/// deeper than 32.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

}  // namespace mcast::control
