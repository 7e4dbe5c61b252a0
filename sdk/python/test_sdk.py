"""
A quick check that this machine reaches a Persisto server: saves, finds and deletes one memory.

    python test_sdk.py

Key and address come from PERSISTO_API_KEY and PERSISTO_API_URL, in the environment or in a .env file here.
"""

from __future__ import annotations

import sys
import uuid

from persisto import PersistoClient, PersistoError


def main() -> int:
    # One that nobody else uses.
    namespace = f"test-sdk-{uuid.uuid4()}"
    try:
        with PersistoClient() as client:
            print(f"Asking {client!r}")
            client.save(
                namespace=namespace,
                content="The user prefers concise summaries.",
                metadata={"source": "profile"},
                ttl_seconds=600,
            )
            print("Saved.")
            for hit in client.query(
                namespace=namespace, query="How does the user like their output?", filters={"source": "profile"}
            ):
                print(f"Found: {hit['content']} (similarity {hit['similarity']:.2f})")
            print(f"Deleted: {client.delete_namespace(namespace).count}")
    except PersistoError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print("All is well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
