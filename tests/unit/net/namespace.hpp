// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "net/endpoint.hpp"

/// Runs `body` in a new, empty network namespace that ends with it, on a thread of its own, while
/// the caller waits. Without the right to make one (root) the test warns and goes on: false.
bool in_namespace(const std::function<void()>& body);

/// Runs a command there; the test fails if the command does.
void run(const std::string& command);

/// Waits until the system says that an interface has (or lacks) a carrier. It tells so a moment
/// after the command that changed it (RFC 2863's operational state follows by a work queue); the
/// test fails if kPatienceMs is not enough.
void await_carrier(const std::string& interface, bool carrier);

/// Waits until packets to the address have a way out by the interface: a carrier that is told is
/// not yet the route of IPv6 for multicast, which the system adds when it hears of that carrier.
void await_route(const std::string& interface, const mcast::net::Endpoint& to);
