// SPDX-License-Identifier: MIT
#include "namespace.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <thread>

#include <sched.h>

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
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (interface_named(interface).carrier != carrier) {
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}
