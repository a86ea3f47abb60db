// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "base/time.hpp"
#include "session/loop/session_front.hpp"

namespace mcast::session {

/// Gathers the result of a transfer until it is told, once. A last step on the disk may delay that
/// by a second, but no longer, since a disk may hang. The loop's thread.
class TransferResult {
  public:
    void set_path(std::string path) { path_ = std::move(path); }
    /// As text; empty when there is none.
    void set_digest(std::string digest) {
        if (!digest.empty()) digest_ = std::move(digest);
    }
    /// The transfer has failed; not after close().
    void fail(Error error) {
        if (!closed_) error_ = std::move(error);
    }
    [[nodiscard]] bool failed() const { return error_.has_value(); }
    /// Appends to the message of the error, if there is one.
    void explain(std::string_view more) {
        if (error_) error_->message += more;
    }

    void wait_for_disk(Time now) { disk_until_ = now + kDiskLimit; }
    [[nodiscard]] bool waits_for_disk() const { return disk_until_.has_value(); }
    /// The time until which the disk is waited for.
    [[nodiscard]] Time due() const { return disk_until_.value_or(kNever); }

    /// True once: nothing changes the result any more, and tell() is next.
    [[nodiscard]] bool close() { return !std::exchange(closed_, true); }
    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] bool good() const { return closed_ && !failed(); }
    void tell(SessionFront& front) const {
        if (error_) return front.fail(*error_);
        front.succeed(path_, digest_);
    }

  private:
    static constexpr Duration kDiskLimit = std::chrono::seconds(1);

    std::optional<std::string> path_;
    std::optional<std::string> digest_;
    std::optional<Error> error_;
    std::optional<Time> disk_until_;
    bool closed_ = false;
};

}  // namespace mcast::session
