// SPDX-License-Identifier: MIT
#pragma once

#include "base/units.hpp"

namespace mcast::rate {

/// The least rate that adapts: a packet takes a tenth of a second, and slower ones show nothing.
inline constexpr DataRate kMinRate = DataRate::bits_per_second(100e3);
/// The greatest rate: twice that of the fastest links.
inline constexpr DataRate kMaxRate = DataRate::bits_per_second(200e9);

}  // namespace mcast::rate
