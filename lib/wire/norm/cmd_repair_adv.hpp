// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/norm/ext_cc.hpp"
#include "wire/norm/header.hpp"

namespace mcast::wire {

/// Flag: not all pending repairs fit.
inline constexpr std::uint8_t kRepairAdvLimit = 1;

/// NORM_CMD(REPAIR_ADV) (RFC 5740 section 4.2.3): the repairs to come, so that receivers that
/// cannot hear each other's NACKs stay silent.
///
///   12              13              14
///   +---------------+---------------+-------------------------------+
///   |  sub-type = 5 |     flags     |           reserved            |
///   +---------------+---------------+-------------------------------+
///   |       extensions (EXT_CC), then repair requests               |
///   +---------------------------------------------------------------+
///
/// `requests` is unchecked here: for_each_request() of repair_request.hpp checks and decodes it.
struct CmdRepairAdv {
    Source source{};
    SenderFields sender{};
    std::uint8_t flags = 0;
    std::optional<ExtCc> cc{};  ///< NRL: its cc_sequence is uninitialised memory
    Bytes requests{};

    [[nodiscard]] static Parsed<CmdRepairAdv> parse(const Header& header);
    std::size_t serialize(MutableBytes out) const;
};

}  // namespace mcast::wire
