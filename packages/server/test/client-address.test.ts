import { describe, expect, test } from "vitest";
import { clientAddress } from "../src/limits/client-address.js";

describe("without trusted proxies", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff::", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", "unknown"],
  ])("the address %j counts as %j", (socketAddress, counted) => {
    expect(clientAddress({ socketAddress, forwardedFor: "198.51.100.7" }, 0)).toBe(counted);
  });
});

describe("behind proxies", () => {
  const behind = (trustedProxies: number, forwardedFor?: string): string =>
    clientAddress({ socketAddress: "10.0.0.1", forwardedFor }, trustedProxies);

  test("it is what the outermost trusted proxy saw, not what somebody wrote before it", () => {
    expect(behind(1, "203.0.113.9, 198.51.100.7")).toBe("198.51.100.7");
    expect(behind(2, "203.0.113.9, 198.51.100.7, 10.0.0.2")).toBe("198.51.100.7");
    expect(behind(1, "2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
  });

  test("who came past one of them is what the others saw", () => {
    expect(behind(3, "198.51.100.7")).toBe("198.51.100.7");
    expect(behind(1)).toBe("10.0.0.1");
  });

  test("ports are cut off", () => {
    expect(behind(1, "198.51.100.7:4711")).toBe("198.51.100.7");
    expect(behind(1, "[2001:db8::1]:4711")).toBe("2001:db8:0:0::/64");
  });

  test.each(["", " ", "unknown", "_hidden", "1.2.3", "198.51.100.7, ", "::1]", "a".repeat(10_000)])(
    "%j is nobody's address",
    (forwardedFor) => {
      expect(behind(1, forwardedFor)).toBe("10.0.0.1");
    },
  );
});
