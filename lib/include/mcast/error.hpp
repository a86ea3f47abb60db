// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mcast {

/// All the ways in which a session or a command can fail. Numbers and names are stable: they appear
/// in JSON, in `--help-errors` and in docs/errors.md. Their one table is in lib/base/error.cpp; a
/// test compares the three.
enum class ErrorCode : std::uint16_t {
    internal = 1,
    usage = 2,
    no_receivers = 3,
    no_sender = 4,
    timed_out = 5,
    cancelled = 6,
    sender_lost = 7,
    receivers_failed = 8,
    all_receivers_failed = 9,
    receiver_lost = 10,
    io = 11,
    no_space = 12,
    permission = 13,
    exists = 14,
    not_found = 15,
    source_changed = 16,
    integrity = 17,
    auth = 18,
    protocol = 19,
    detached = 20,
    process_died = 21,
    unsupported = 22,
    no_interface = 23,
    network = 24,
    refused = 25,
    no_such_session = 26,
    ambiguous_session = 27,
    wait_timed_out = 28,
    too_late = 29,
    still_running = 30,
    already_started = 31,
    sender_failed = 32,
    port_in_use = 33,
    receivers_missing = 34,
    node_taken = 35,
    exec_failed = 36,
    joined_late = 37,
};

/// One row of the error table.
struct ErrorInfo {
    ErrorCode code;
    std::string_view name;     ///< stable, snake_case, identical to the enumerator
    int exit_status;           ///< exit status of a tool that ends because of it
    std::string_view meaning;  ///< one sentence
    std::string_view hint;     ///< what the user can do about it; may be empty
};

/// All rows, in the order of their numbers.
[[nodiscard]] std::span<const ErrorInfo> error_table();

/// The row of `code`, or of `internal` if the number is not in the table.
[[nodiscard]] const ErrorInfo& error_info(ErrorCode code);

/// The row with that name, or nullptr.
[[nodiscard]] const ErrorInfo* find_error(std::string_view name);

/// A failure: its kind, the errno behind it (0: none), and a sentence that names the path,
/// interface or peer.
struct Error {
    ErrorCode code = ErrorCode::internal;
    int system = 0;
    std::string message;

    [[nodiscard]] std::string_view name() const { return error_info(code).name; }
    [[nodiscard]] int exit_status() const { return error_info(code).exit_status; }
    friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace mcast
