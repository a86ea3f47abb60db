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

/// Keys in the order of docs/status.md. `best_bytes_done`, `paced_by` and `receivers` only for a
/// sender.
[[nodiscard]] Json to_json(const Status& status);
/// The same without `receivers`: its size does not depend on the group.
[[nodiscard]] Json head_json(const Status& status);
[[nodiscard]] Json to_json(const Event& event);
/// An array of what is on offer, for `list --json`.
[[nodiscard]] Json to_json(std::span<const Offer> offers);
/// {"code","name","message"}; the errno stays behind.
[[nodiscard]] Json to_json(const Error& error);

/// The text of a JSON value in one line, without a newline. Bytes that are no UTF-8 (a file name)
/// become U+FFFD.
[[nodiscard]] std::string to_line(const Json& json);

/// Strict about types and missing keys, which is error `protocol`; another version is
/// `unsupported`. Unknown keys are skipped. An error number unknown here reads as `internal`.
[[nodiscard]] Result<Status> parse_status(const Json& json);
/// What head_json() made, or a complete status without its receivers.
[[nodiscard]] Result<Status> parse_head(const Json& json);
[[nodiscard]] Result<Error> parse_error(const Json& json);
[[nodiscard]] Result<Event> parse_event(const Json& json);

/// The value that a text stands for, without exceptions; `protocol` when it is broken or nested
/// deeper than 32.
[[nodiscard]] Result<Json> parse_json(std::string_view text);

}  // namespace mcast::control
