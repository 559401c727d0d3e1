// A person whose client is matrix-js-sdk and who talks to signed devices alone.
// One JSON document a line: commands come in on stdin, what is seen goes out on stdout.
import readline from "node:readline";
import * as sdk from "matrix-js-sdk";
import { OnlySignedDevicesIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";
import { logger } from "matrix-js-sdk/lib/logger.js";

const [baseUrl, userId, accessToken, deviceId, password] = process.argv.slice(2);
const say = (document) => process.stdout.write(JSON.stringify(document) + "\n");
for (const level of ["log", "info", "debug", "warn", "error", "trace"]) console[level] = () => {};
logger.setLevel?.("silent");

const client = sdk.createClient({ baseUrl, userId, accessToken, deviceId });
await client.initRustCrypto({ useIndexedDB: false });
const crypto = client.getCrypto();
await crypto.bootstrapCrossSigning({
    authUploadDeviceSigningKeys: (request) =>
        request({ type: "m.login.password", identifier: { type: "m.id.user", user: userId }, password }),
});
crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());

const seen = (event) => {
    if (event.getType() === "m.room.message" || event.isDecryptionFailure()) {
        say({
            event_id: event.getId(),
            room_id: event.getRoomId(),
            sender: event.getSender(),
            type: event.getType(),
            encrypted: event.isEncrypted(),
            failed: event.isDecryptionFailure() ? event.decryptionFailureReason : null,
            content: event.getContent(),
        });
    }
};
client.on(sdk.ClientEvent.Event, (event) => {
    if (event.isBeingDecrypted() || event.isEncrypted()) event.getDecryptionPromise()?.then(() => seen(event));
    else seen(event);
});
client.on(sdk.MatrixEventEvent.Decrypted, (event) => seen(event));

await client.startClient({ initialSyncLimit: 10 });
await new Promise((done) => client.on(sdk.ClientEvent.Sync, (state) => state === "PREPARED" && done()));
say({ ready: true });

for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, call, args } = JSON.parse(line);
    try {
        let answer = null;
        if (call === "create") {
            const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
            answer = (await client.createRoom({ invite: args.invite, is_direct: true, preset: "trusted_private_chat", initial_state: [encryption] })).room_id;
        } else if (call === "send") {
            answer = (await client.sendEvent(args.room, "m.room.message", args.content)).event_id;
        } else if (call === "devices") {
            const devices = (await crypto.getUserDeviceInfo([args.user], true)).get(args.user);
            answer = [];
            for (const device of devices?.keys() ?? []) {
                const status = await crypto.getDeviceVerificationStatus(args.user, device);
                answer.push({ device, signed: status?.signedByOwner ?? false });
            }
        }
        say({ id, answer });
    } catch (error) {
        say({ id, error: String(error) });
    }
}
client.stopClient();
process.exit(0);
