// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "protocol/receive/receiver_error.hpp"

namespace mcast::protocol {

/// The outcome of a transfer at its receiver, and for how long it is told to the sender while the
/// sender does not confirm it. What is verified stays verified, whether or not the sender is still
/// there to hear it, unless the digest of the whole that the sender names is another one.
class Farewell {
  public:
    /// All is here and verified, with that digest of the whole; none of a plain sender's.
    void succeed(Bytes root) { root_.assign(root.begin(), root.end()); }
    /// With what the sender is told of it. The first outcome stands: call it once.
    void fail(ReceiverError error, std::string_view text);
    /// The transfer cannot be taken, which the sender is to know.
    void set_declined(bool declined) { declined_ = declined; }
    /// It said so, or gave this receiver up, while the file got its name. `root`: the digest of
    /// the whole, if it said that.
    void on_sender_ended(Bytes root = {});

    [[nodiscard]] bool failed() const { return error_.has_value(); }
    [[nodiscard]] bool declined() const { return declined_; }
    [[nodiscard]] const std::optional<ReceiverError>& error() const { return error_; }
    /// For the wire: the error's number, 0 for success, and what can be sent of its message.
    [[nodiscard]] std::uint16_t error_number() const;
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] Bytes root() const { return root_; }
    /// The sender has ended, and said by what digest.
    [[nodiscard]] bool sender_named_root() const { return !sent_root_.empty(); }
    [[nodiscard]] Bytes sent_root() const { return sent_root_; }

    /// From `since` on it is told.
    void begin(Time since) { since_ = since; }
    /// This process slept: that is no time in which the sender could have answered.
    void shift(Duration slept) { since_ += slept; }
    /// A failure is told for a few seconds at most, success for as long as a silent sender is
    /// borne: it would count this receiver as lost.
    [[nodiscard]] bool told_enough(Time now, Duration progress_limit) const;

    /// The outcome when the sender counts this receiver by that digest ...
    [[nodiscard]] std::optional<ReceiverError> confirmed(Bytes root) const;
    /// ... or as failed, for that reason.
    [[nodiscard]] std::optional<ReceiverError> counted_failed(ErrorCode why) const;

  private:
    std::optional<ReceiverError> error_;
    std::string text_;
    std::vector<std::uint8_t> root_;
    std::vector<std::uint8_t> sent_root_;
    Time since_{};
    bool declined_ = false;
    bool sender_ended_ = false;
};

}  // namespace mcast::protocol
