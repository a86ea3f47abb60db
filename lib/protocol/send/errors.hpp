// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mcast/error.hpp>
#include <mcast/status.hpp>

#include "base/time.hpp"

namespace mcast::protocol {

/// Why a receiver has failed. The words for it are the session's.
struct MemberError {
    enum class Why : std::uint8_t {
        reported,        ///< it says so itself: `message`
        silent,          ///< nothing was heard from it for `silence`
        stands_still,    ///< it reports, but gets nothing new: `cause`
        unverified,      ///< it has all, and does not say that it verified it
        unacknowledged,  ///< a plain one answers, but never acknowledges the end
        other_digest,    ///< it verified something else
        too_slow,        ///< for the others: `cause`
        detached,        ///< by the sender's operator
        joined_late,     ///< the beginning of the stream is gone
    };

    ErrorCode code = ErrorCode::internal;
    Why why = Why::reported;
    LimitedBy cause = LimitedBy::none;
    Duration silence{};
    std::string message;

    [[nodiscard]] std::string_view name() const { return error_info(code).name; }
    friend bool operator==(const MemberError&, const MemberError&) = default;
};

/// Why a session has failed. The words for it are the session's.
struct SessionError {
    enum class Why : std::uint8_t {
        given,     ///< by the driver: `message` and `system`
        drained,   ///< while no receiver was there
        deserted,  ///< no receiver is left
        silent,    ///< nothing was heard from any of `count` for `silence`; the first is `host`
        failed,    ///< `count` of `total` did; of these the first, `host`, because of `first`
        missing,   ///< `count` of `total` expected hosts have not all: `absent` and `lacking`
        late,      ///< only `count` of `total` joined in time, and `absent` did not
    };

    ErrorCode code = ErrorCode::internal;
    Why why = Why::given;
    int system = 0;
    std::string message;
    std::size_t count = 0;
    std::size_t total = 0;
    std::string host;
    std::optional<MemberError> first;
    Duration silence{};
    std::vector<std::string> absent;   ///< hosts that never came
    std::vector<std::string> lacking;  ///< hosts that failed

    [[nodiscard]] std::string_view name() const { return error_info(code).name; }
};

}  // namespace mcast::protocol
