// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <mcast/options.hpp>

#include "protocol/receive/receiver.hpp"

namespace mcast::session {

/// The reason why this machine passes over an offer that others may take; empty if it takes it. The
/// reason is the offered name: no file here can have it, or only one that the user asked for. Looks
/// at the file system.
[[nodiscard]] std::string offer_objection(const protocol::OfferInfo& offer,
                                          const ReceiveOptions& options);

}  // namespace mcast::session
