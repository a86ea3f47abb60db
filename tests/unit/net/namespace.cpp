// SPDX-License-Identifier: MIT
#include "namespace.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <thread>

#include <sched.h>
#include <sys/socket.h>

#include "os/unique_fd.hpp"
#include "socket_fixture.hpp"
#include "support/catch.hpp"

bool in_namespace(const std::function<void()>& body) {
    bool entered = false;
    std::exception_ptr failure;
    // Only a thread that ends again can leave a namespace for sure.
    std::thread([&] {
        if (unshare(CLONE_NEWNET) != 0) return;
        entered = true;
        try {
            body();
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) std::rethrow_exception(failure);
    if (!entered) WARN("skipped: needs the right to make a network namespace (root)");
    return entered;
}

void run(const std::string& command) {
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
}

void await_carrier(const std::string& interface, bool carrier) {
    INFO(interface << (carrier ? " has no carrier" : " still has a carrier"));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
    while (interface_named(interface).carrier != carrier) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void await_route(const std::string& interface, const mcast::net::Endpoint& to) {
    const mcast::UniqueFd probe(::socket(to.family(), SOCK_DGRAM, 0));
    REQUIRE(::setsockopt(probe.get(), SOL_SOCKET, SO_BINDTODEVICE, interface.data(),
                         static_cast<socklen_t>(interface.size())) == 0);
    INFO("no route to " << to.to_string() << " by " << interface);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
    while (::connect(probe.get(), to.data(), to.size()) != 0) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}
