// SPDX-License-Identifier: MIT
#pragma once

// The messages of the control socket: JSON-RPC 2.0, one object a line. Sans-I/O: it only converts
// between text and values. All input is treated as hostile: lines, depth and types are checked
// before anything is built from them. docs/status.md lists the methods.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <mcast/error.hpp>

#include "base/result.hpp"

namespace mcast::control {
using Json = nlohmann::ordered_json;
}

namespace mcast::control::rpc {

/// The longest request that a server accepts, with its newline.
inline constexpr std::size_t kMaxRequest = 64 * 1024;
/// The longest message that a client accepts: a status with a hundred thousand receivers.
inline constexpr std::size_t kMaxReply = 64 * 1024 * 1024;
inline constexpr std::size_t kMaxDepth = 16;
/// The longest reason or receiver name, in bytes.
inline constexpr std::size_t kMaxText = 1024;

/// Error codes of JSON-RPC 2.0. An error of the session is kSessionErrorBase minus its number in
/// the error table, with {code, name} as its data.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kTooManyConnections = -32000;
inline constexpr int kSessionErrorBase = -32000;

/// Cuts a byte stream into lines of bounded length.
class LineFramer {
  public:
    explicit LineFramer(std::size_t limit) : limit_(limit) {}

    /// Adds bytes that were read; ignored after an overflow.
    void push(std::string_view bytes);
    /// The next whole line without its end (LF or CR LF), empty lines left out; valid until the
    /// next call of push or next.
    [[nodiscard]] std::optional<std::string_view> next();
    /// True if a line is longer than the limit. The lines before it can still be read.
    [[nodiscard]] bool overflowed() const;
    /// True if a line has begun and not ended.
    [[nodiscard]] bool partial() const { return buffer_.size() > begin_; }

  private:
    std::optional<std::string_view> take_line();

    std::size_t limit_;
    std::string buffer_;
    std::size_t begin_ = 0;    ///< of the current line
    std::size_t scanned_ = 0;  ///< no newline between begin_ and here
};

enum class Method : std::uint8_t {
    status,
    subscribe,
    cancel,
    close,
    start,
    drain,
    set_rate,
    detach,
};
[[nodiscard]] std::string_view name_of(Method method);

/// A valid request.
struct Request {
    Method method{};
    std::optional<Json> id;  ///< empty: a notification, which is carried out but not answered
    std::string text;        ///< cancel: the reason, may be empty; detach: the receiver
    std::optional<std::uint64_t> bps;  ///< set_rate; empty: auto
};

/// The reason why a request gets an error.
struct Fault {
    Json id;  ///< null if it could not be read
    int code = kInvalidRequest;
    std::string message;
};

[[nodiscard]] std::expected<Request, Fault> parse_request(std::string_view line);

/// Each returns a whole line with its newline. `result` and `event` are the text of a JSON value.
[[nodiscard]] std::string result_line(const Json& id, std::string_view result);
[[nodiscard]] std::string fault_line(const Fault& fault);
[[nodiscard]] std::string error_line(const Json& id, const Error& error);
/// An event as the notification `event`.
[[nodiscard]] std::string notification_line(std::string_view event);
[[nodiscard]] std::string request_line(std::int64_t id, Method method, Json params = nullptr);

/// A message to a client: the answer to its request, or an event.
struct Reply {
    bool is_event = false;
    Json value;  ///< the result or the event
};
/// For an error reply, returns the session's error in it.
[[nodiscard]] Result<Reply> parse_reply(std::string_view line);

}  // namespace mcast::control::rpc
