/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $Number = $util.global.Number, $parseInt = $util.global.parseInt, $String = $util.global.String, $BigInt = $util.global.BigInt, $Boolean = $util.global.Boolean, $Array = $util.global.Array;

const $root = $protobuf.roots["ottla"] || ($protobuf.roots["ottla"] = {});

export const ottla = $root.ottla = (() => {

    const ottla = {};

    ottla.BrokerFrame = (function() {

        const BrokerFrame = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        BrokerFrame.prototype.correlationId = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        BrokerFrame.prototype.clusterId = "";
        BrokerFrame.prototype.hello = null;
        BrokerFrame.prototype.register = null;
        BrokerFrame.prototype.heartbeat = null;
        BrokerFrame.prototype.forward = null;
        BrokerFrame.prototype.allocateProducerIds = null;
        BrokerFrame.prototype.leave = null;
        BrokerFrame.prototype.resign = null;

        let $oneOfFields;

        $Object.defineProperty(BrokerFrame.prototype, "type", {
            get: $util.oneOfGetter($oneOfFields = ["hello", "register", "heartbeat", "forward", "allocateProducerIds", "leave", "resign"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        BrokerFrame.create = function(properties) {
            return new BrokerFrame(properties);
        };

        BrokerFrame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.correlationId != null && $Object.hasOwnProperty.call(message, "correlationId") && (typeof message.correlationId === "object" ? message.correlationId.low || message.correlationId.high : message.correlationId !== 0))
                writer.uint32(8).int64(message.correlationId);
            if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                writer.uint32(18).string(message.clusterId);
            if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                $root.ottla.Hello.encode(message.hello, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.register != null && $Object.hasOwnProperty.call(message, "register"))
                $root.ottla.Register.encode(message.register, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                $root.ottla.Heartbeat.encode(message.heartbeat, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.forward != null && $Object.hasOwnProperty.call(message, "forward"))
                $root.ottla.Forward.encode(message.forward, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.allocateProducerIds != null && $Object.hasOwnProperty.call(message, "allocateProducerIds"))
                $root.ottla.AllocateProducerIds.encode(message.allocateProducerIds, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.leave != null && $Object.hasOwnProperty.call(message, "leave"))
                $root.ottla.Leave.encode(message.leave, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.resign != null && $Object.hasOwnProperty.call(message, "resign"))
                $root.ottla.Resign.encode(message.resign, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        BrokerFrame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.BrokerFrame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.correlationId = value;
                        else
                            delete message.correlationId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.clusterId = value;
                        else
                            delete message.clusterId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.hello = $root.ottla.Hello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                        message.type = "hello";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.register = $root.ottla.Register.decode(reader, reader.size(), $undefined, _depth + 1, message.register);
                        message.type = "register";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.heartbeat = $root.ottla.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                        message.type = "heartbeat";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.forward = $root.ottla.Forward.decode(reader, reader.size(), $undefined, _depth + 1, message.forward);
                        message.type = "forward";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.allocateProducerIds = $root.ottla.AllocateProducerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.allocateProducerIds);
                        message.type = "allocateProducerIds";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.leave = $root.ottla.Leave.decode(reader, reader.size(), $undefined, _depth + 1, message.leave);
                        message.type = "leave";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.resign = $root.ottla.Resign.decode(reader, reader.size(), $undefined, _depth + 1, message.resign);
                        message.type = "resign";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        BrokerFrame.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.BrokerFrame)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.BrokerFrame: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.BrokerFrame();
            if (object.correlationId != null)
                if (typeof object.correlationId === "object" ? object.correlationId.low || object.correlationId.high : $Number(object.correlationId) !== 0)
                    if ($util.Long)
                        message.correlationId = $util.Long.fromValue(object.correlationId, false);
                    else if (typeof object.correlationId === "string")
                        message.correlationId = $parseInt(object.correlationId, 10);
                    else if (typeof object.correlationId === "number")
                        message.correlationId = object.correlationId;
                    else if (typeof object.correlationId === "object")
                        message.correlationId = new $util.LongBits(object.correlationId.low >>> 0, object.correlationId.high >>> 0).toNumber();
            if (object.clusterId != null)
                if (typeof object.clusterId !== "string" || object.clusterId.length)
                    message.clusterId = $String(object.clusterId);
            if (object.hello != null) {
                if (!$util.isObject(object.hello))
                    throw $TypeError(".ottla.BrokerFrame.hello: object expected");
                message.hello = $root.ottla.Hello.fromObject(object.hello, _depth + 1);
            }
            if (object.register != null) {
                if (!$util.isObject(object.register))
                    throw $TypeError(".ottla.BrokerFrame.register: object expected");
                message.register = $root.ottla.Register.fromObject(object.register, _depth + 1);
            }
            if (object.heartbeat != null) {
                if (!$util.isObject(object.heartbeat))
                    throw $TypeError(".ottla.BrokerFrame.heartbeat: object expected");
                message.heartbeat = $root.ottla.Heartbeat.fromObject(object.heartbeat, _depth + 1);
            }
            if (object.forward != null) {
                if (!$util.isObject(object.forward))
                    throw $TypeError(".ottla.BrokerFrame.forward: object expected");
                message.forward = $root.ottla.Forward.fromObject(object.forward, _depth + 1);
            }
            if (object.allocateProducerIds != null) {
                if (!$util.isObject(object.allocateProducerIds))
                    throw $TypeError(".ottla.BrokerFrame.allocateProducerIds: object expected");
                message.allocateProducerIds = $root.ottla.AllocateProducerIds.fromObject(object.allocateProducerIds, _depth + 1);
            }
            if (object.leave != null) {
                if (!$util.isObject(object.leave))
                    throw $TypeError(".ottla.BrokerFrame.leave: object expected");
                message.leave = $root.ottla.Leave.fromObject(object.leave, _depth + 1);
            }
            if (object.resign != null) {
                if (!$util.isObject(object.resign))
                    throw $TypeError(".ottla.BrokerFrame.resign: object expected");
                message.resign = $root.ottla.Resign.fromObject(object.resign, _depth + 1);
            }
            return message;
        };

        BrokerFrame.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.correlationId = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.correlationId = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.clusterId = "";
            }
            if (message.correlationId != null && $Object.hasOwnProperty.call(message, "correlationId"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.correlationId = typeof message.correlationId === "number" ? $BigInt(message.correlationId) : $util.Long.fromBits(message.correlationId.low >>> 0, message.correlationId.high >>> 0, false).toBigInt();
                else if (typeof message.correlationId === "number")
                    object.correlationId = options.longs === $String ? $String(message.correlationId) : message.correlationId;
                else
                    object.correlationId = options.longs === $String ? $util.Long.prototype.toString.call(message.correlationId) : options.longs === $Number ? new $util.LongBits(message.correlationId.low >>> 0, message.correlationId.high >>> 0).toNumber() : message.correlationId;
            if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId"))
                object.clusterId = message.clusterId;
            if (message.hello != null && $Object.hasOwnProperty.call(message, "hello")) {
                object.hello = $root.ottla.Hello.toObject(message.hello, options, _depth + 1);
                if (options.oneofs)
                    object.type = "hello";
            }
            if (message.register != null && $Object.hasOwnProperty.call(message, "register")) {
                object.register = $root.ottla.Register.toObject(message.register, options, _depth + 1);
                if (options.oneofs)
                    object.type = "register";
            }
            if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat")) {
                object.heartbeat = $root.ottla.Heartbeat.toObject(message.heartbeat, options, _depth + 1);
                if (options.oneofs)
                    object.type = "heartbeat";
            }
            if (message.forward != null && $Object.hasOwnProperty.call(message, "forward")) {
                object.forward = $root.ottla.Forward.toObject(message.forward, options, _depth + 1);
                if (options.oneofs)
                    object.type = "forward";
            }
            if (message.allocateProducerIds != null && $Object.hasOwnProperty.call(message, "allocateProducerIds")) {
                object.allocateProducerIds = $root.ottla.AllocateProducerIds.toObject(message.allocateProducerIds, options, _depth + 1);
                if (options.oneofs)
                    object.type = "allocateProducerIds";
            }
            if (message.leave != null && $Object.hasOwnProperty.call(message, "leave")) {
                object.leave = $root.ottla.Leave.toObject(message.leave, options, _depth + 1);
                if (options.oneofs)
                    object.type = "leave";
            }
            if (message.resign != null && $Object.hasOwnProperty.call(message, "resign")) {
                object.resign = $root.ottla.Resign.toObject(message.resign, options, _depth + 1);
                if (options.oneofs)
                    object.type = "resign";
            }
            return object;
        };

        BrokerFrame.prototype.toJSON = function() {
            return BrokerFrame.toObject(this, $protobuf.util.toJSONOptions);
        };

        return BrokerFrame;
    })();

    ottla.ControllerFrame = (function() {

        const ControllerFrame = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ControllerFrame.prototype.correlationId = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        ControllerFrame.prototype.clusterId = "";
        ControllerFrame.prototype.controllerEpoch = 0;
        ControllerFrame.prototype.metadataOffset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        ControllerFrame.prototype.welcome = null;
        ControllerFrame.prototype.registered = null;
        ControllerFrame.prototype.alive = null;
        ControllerFrame.prototype.forwarded = null;
        ControllerFrame.prototype.producerIdBlock = null;
        ControllerFrame.prototype.left = null;
        ControllerFrame.prototype.failure = null;
        ControllerFrame.prototype.snapshotChunk = null;
        ControllerFrame.prototype.metadataBatch = null;
        ControllerFrame.prototype.resigned = null;

        let $oneOfFields;

        $Object.defineProperty(ControllerFrame.prototype, "type", {
            get: $util.oneOfGetter($oneOfFields = ["welcome", "registered", "alive", "forwarded", "producerIdBlock", "left", "failure", "snapshotChunk", "metadataBatch", "resigned"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        ControllerFrame.create = function(properties) {
            return new ControllerFrame(properties);
        };

        ControllerFrame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.correlationId != null && $Object.hasOwnProperty.call(message, "correlationId") && (typeof message.correlationId === "object" ? message.correlationId.low || message.correlationId.high : message.correlationId !== 0))
                writer.uint32(8).int64(message.correlationId);
            if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                writer.uint32(18).string(message.clusterId);
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch") && message.controllerEpoch !== 0)
                writer.uint32(24).int32(message.controllerEpoch);
            if (message.metadataOffset != null && $Object.hasOwnProperty.call(message, "metadataOffset") && (typeof message.metadataOffset === "object" ? message.metadataOffset.low || message.metadataOffset.high : message.metadataOffset !== 0))
                writer.uint32(32).int64(message.metadataOffset);
            if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome"))
                $root.ottla.Welcome.encode(message.welcome, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.registered != null && $Object.hasOwnProperty.call(message, "registered"))
                $root.ottla.Registered.encode(message.registered, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.alive != null && $Object.hasOwnProperty.call(message, "alive"))
                $root.ottla.Alive.encode(message.alive, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.forwarded != null && $Object.hasOwnProperty.call(message, "forwarded"))
                $root.ottla.Forwarded.encode(message.forwarded, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.producerIdBlock != null && $Object.hasOwnProperty.call(message, "producerIdBlock"))
                $root.ottla.ProducerIdBlock.encode(message.producerIdBlock, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.left != null && $Object.hasOwnProperty.call(message, "left"))
                $root.ottla.Left.encode(message.left, writer.uint32(82).fork(), _depth + 1).ldelim();
            if (message.failure != null && $Object.hasOwnProperty.call(message, "failure"))
                $root.ottla.Failure.encode(message.failure, writer.uint32(90).fork(), _depth + 1).ldelim();
            if (message.snapshotChunk != null && $Object.hasOwnProperty.call(message, "snapshotChunk"))
                $root.ottla.SnapshotChunk.encode(message.snapshotChunk, writer.uint32(98).fork(), _depth + 1).ldelim();
            if (message.metadataBatch != null && $Object.hasOwnProperty.call(message, "metadataBatch"))
                $root.ottla.MetadataBatch.encode(message.metadataBatch, writer.uint32(106).fork(), _depth + 1).ldelim();
            if (message.resigned != null && $Object.hasOwnProperty.call(message, "resigned"))
                $root.ottla.Resigned.encode(message.resigned, writer.uint32(114).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ControllerFrame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.ControllerFrame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.correlationId = value;
                        else
                            delete message.correlationId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.clusterId = value;
                        else
                            delete message.clusterId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.controllerEpoch = value;
                        else
                            delete message.controllerEpoch;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.metadataOffset = value;
                        else
                            delete message.metadataOffset;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.welcome = $root.ottla.Welcome.decode(reader, reader.size(), $undefined, _depth + 1, message.welcome);
                        message.type = "welcome";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.registered = $root.ottla.Registered.decode(reader, reader.size(), $undefined, _depth + 1, message.registered);
                        message.type = "registered";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.alive = $root.ottla.Alive.decode(reader, reader.size(), $undefined, _depth + 1, message.alive);
                        message.type = "alive";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.forwarded = $root.ottla.Forwarded.decode(reader, reader.size(), $undefined, _depth + 1, message.forwarded);
                        message.type = "forwarded";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.producerIdBlock = $root.ottla.ProducerIdBlock.decode(reader, reader.size(), $undefined, _depth + 1, message.producerIdBlock);
                        message.type = "producerIdBlock";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.left = $root.ottla.Left.decode(reader, reader.size(), $undefined, _depth + 1, message.left);
                        message.type = "left";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.failure = $root.ottla.Failure.decode(reader, reader.size(), $undefined, _depth + 1, message.failure);
                        message.type = "failure";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.snapshotChunk = $root.ottla.SnapshotChunk.decode(reader, reader.size(), $undefined, _depth + 1, message.snapshotChunk);
                        message.type = "snapshotChunk";
                        continue;
                    }
                case 13: {
                        if (wireType !== 2)
                            break;
                        message.metadataBatch = $root.ottla.MetadataBatch.decode(reader, reader.size(), $undefined, _depth + 1, message.metadataBatch);
                        message.type = "metadataBatch";
                        continue;
                    }
                case 14: {
                        if (wireType !== 2)
                            break;
                        message.resigned = $root.ottla.Resigned.decode(reader, reader.size(), $undefined, _depth + 1, message.resigned);
                        message.type = "resigned";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ControllerFrame.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.ControllerFrame)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.ControllerFrame: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.ControllerFrame();
            if (object.correlationId != null)
                if (typeof object.correlationId === "object" ? object.correlationId.low || object.correlationId.high : $Number(object.correlationId) !== 0)
                    if ($util.Long)
                        message.correlationId = $util.Long.fromValue(object.correlationId, false);
                    else if (typeof object.correlationId === "string")
                        message.correlationId = $parseInt(object.correlationId, 10);
                    else if (typeof object.correlationId === "number")
                        message.correlationId = object.correlationId;
                    else if (typeof object.correlationId === "object")
                        message.correlationId = new $util.LongBits(object.correlationId.low >>> 0, object.correlationId.high >>> 0).toNumber();
            if (object.clusterId != null)
                if (typeof object.clusterId !== "string" || object.clusterId.length)
                    message.clusterId = $String(object.clusterId);
            if (object.controllerEpoch != null)
                if ($Number(object.controllerEpoch) !== 0)
                    message.controllerEpoch = object.controllerEpoch | 0;
            if (object.metadataOffset != null)
                if (typeof object.metadataOffset === "object" ? object.metadataOffset.low || object.metadataOffset.high : $Number(object.metadataOffset) !== 0)
                    if ($util.Long)
                        message.metadataOffset = $util.Long.fromValue(object.metadataOffset, false);
                    else if (typeof object.metadataOffset === "string")
                        message.metadataOffset = $parseInt(object.metadataOffset, 10);
                    else if (typeof object.metadataOffset === "number")
                        message.metadataOffset = object.metadataOffset;
                    else if (typeof object.metadataOffset === "object")
                        message.metadataOffset = new $util.LongBits(object.metadataOffset.low >>> 0, object.metadataOffset.high >>> 0).toNumber();
            if (object.welcome != null) {
                if (!$util.isObject(object.welcome))
                    throw $TypeError(".ottla.ControllerFrame.welcome: object expected");
                message.welcome = $root.ottla.Welcome.fromObject(object.welcome, _depth + 1);
            }
            if (object.registered != null) {
                if (!$util.isObject(object.registered))
                    throw $TypeError(".ottla.ControllerFrame.registered: object expected");
                message.registered = $root.ottla.Registered.fromObject(object.registered, _depth + 1);
            }
            if (object.alive != null) {
                if (!$util.isObject(object.alive))
                    throw $TypeError(".ottla.ControllerFrame.alive: object expected");
                message.alive = $root.ottla.Alive.fromObject(object.alive, _depth + 1);
            }
            if (object.forwarded != null) {
                if (!$util.isObject(object.forwarded))
                    throw $TypeError(".ottla.ControllerFrame.forwarded: object expected");
                message.forwarded = $root.ottla.Forwarded.fromObject(object.forwarded, _depth + 1);
            }
            if (object.producerIdBlock != null) {
                if (!$util.isObject(object.producerIdBlock))
                    throw $TypeError(".ottla.ControllerFrame.producerIdBlock: object expected");
                message.producerIdBlock = $root.ottla.ProducerIdBlock.fromObject(object.producerIdBlock, _depth + 1);
            }
            if (object.left != null) {
                if (!$util.isObject(object.left))
                    throw $TypeError(".ottla.ControllerFrame.left: object expected");
                message.left = $root.ottla.Left.fromObject(object.left, _depth + 1);
            }
            if (object.failure != null) {
                if (!$util.isObject(object.failure))
                    throw $TypeError(".ottla.ControllerFrame.failure: object expected");
                message.failure = $root.ottla.Failure.fromObject(object.failure, _depth + 1);
            }
            if (object.snapshotChunk != null) {
                if (!$util.isObject(object.snapshotChunk))
                    throw $TypeError(".ottla.ControllerFrame.snapshotChunk: object expected");
                message.snapshotChunk = $root.ottla.SnapshotChunk.fromObject(object.snapshotChunk, _depth + 1);
            }
            if (object.metadataBatch != null) {
                if (!$util.isObject(object.metadataBatch))
                    throw $TypeError(".ottla.ControllerFrame.metadataBatch: object expected");
                message.metadataBatch = $root.ottla.MetadataBatch.fromObject(object.metadataBatch, _depth + 1);
            }
            if (object.resigned != null) {
                if (!$util.isObject(object.resigned))
                    throw $TypeError(".ottla.ControllerFrame.resigned: object expected");
                message.resigned = $root.ottla.Resigned.fromObject(object.resigned, _depth + 1);
            }
            return message;
        };

        ControllerFrame.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.correlationId = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.correlationId = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.clusterId = "";
                object.controllerEpoch = 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.metadataOffset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.metadataOffset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.correlationId != null && $Object.hasOwnProperty.call(message, "correlationId"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.correlationId = typeof message.correlationId === "number" ? $BigInt(message.correlationId) : $util.Long.fromBits(message.correlationId.low >>> 0, message.correlationId.high >>> 0, false).toBigInt();
                else if (typeof message.correlationId === "number")
                    object.correlationId = options.longs === $String ? $String(message.correlationId) : message.correlationId;
                else
                    object.correlationId = options.longs === $String ? $util.Long.prototype.toString.call(message.correlationId) : options.longs === $Number ? new $util.LongBits(message.correlationId.low >>> 0, message.correlationId.high >>> 0).toNumber() : message.correlationId;
            if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId"))
                object.clusterId = message.clusterId;
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch"))
                object.controllerEpoch = message.controllerEpoch;
            if (message.metadataOffset != null && $Object.hasOwnProperty.call(message, "metadataOffset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.metadataOffset = typeof message.metadataOffset === "number" ? $BigInt(message.metadataOffset) : $util.Long.fromBits(message.metadataOffset.low >>> 0, message.metadataOffset.high >>> 0, false).toBigInt();
                else if (typeof message.metadataOffset === "number")
                    object.metadataOffset = options.longs === $String ? $String(message.metadataOffset) : message.metadataOffset;
                else
                    object.metadataOffset = options.longs === $String ? $util.Long.prototype.toString.call(message.metadataOffset) : options.longs === $Number ? new $util.LongBits(message.metadataOffset.low >>> 0, message.metadataOffset.high >>> 0).toNumber() : message.metadataOffset;
            if (message.welcome != null && $Object.hasOwnProperty.call(message, "welcome")) {
                object.welcome = $root.ottla.Welcome.toObject(message.welcome, options, _depth + 1);
                if (options.oneofs)
                    object.type = "welcome";
            }
            if (message.registered != null && $Object.hasOwnProperty.call(message, "registered")) {
                object.registered = $root.ottla.Registered.toObject(message.registered, options, _depth + 1);
                if (options.oneofs)
                    object.type = "registered";
            }
            if (message.alive != null && $Object.hasOwnProperty.call(message, "alive")) {
                object.alive = $root.ottla.Alive.toObject(message.alive, options, _depth + 1);
                if (options.oneofs)
                    object.type = "alive";
            }
            if (message.forwarded != null && $Object.hasOwnProperty.call(message, "forwarded")) {
                object.forwarded = $root.ottla.Forwarded.toObject(message.forwarded, options, _depth + 1);
                if (options.oneofs)
                    object.type = "forwarded";
            }
            if (message.producerIdBlock != null && $Object.hasOwnProperty.call(message, "producerIdBlock")) {
                object.producerIdBlock = $root.ottla.ProducerIdBlock.toObject(message.producerIdBlock, options, _depth + 1);
                if (options.oneofs)
                    object.type = "producerIdBlock";
            }
            if (message.left != null && $Object.hasOwnProperty.call(message, "left")) {
                object.left = $root.ottla.Left.toObject(message.left, options, _depth + 1);
                if (options.oneofs)
                    object.type = "left";
            }
            if (message.failure != null && $Object.hasOwnProperty.call(message, "failure")) {
                object.failure = $root.ottla.Failure.toObject(message.failure, options, _depth + 1);
                if (options.oneofs)
                    object.type = "failure";
            }
            if (message.snapshotChunk != null && $Object.hasOwnProperty.call(message, "snapshotChunk")) {
                object.snapshotChunk = $root.ottla.SnapshotChunk.toObject(message.snapshotChunk, options, _depth + 1);
                if (options.oneofs)
                    object.type = "snapshotChunk";
            }
            if (message.metadataBatch != null && $Object.hasOwnProperty.call(message, "metadataBatch")) {
                object.metadataBatch = $root.ottla.MetadataBatch.toObject(message.metadataBatch, options, _depth + 1);
                if (options.oneofs)
                    object.type = "metadataBatch";
            }
            if (message.resigned != null && $Object.hasOwnProperty.call(message, "resigned")) {
                object.resigned = $root.ottla.Resigned.toObject(message.resigned, options, _depth + 1);
                if (options.oneofs)
                    object.type = "resigned";
            }
            return object;
        };

        ControllerFrame.prototype.toJSON = function() {
            return ControllerFrame.toObject(this, $protobuf.util.toJSONOptions);
        };

        return ControllerFrame;
    })();

    ottla.Hello = (function() {

        const Hello = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Hello.prototype.protocolVersion = 0;
        Hello.prototype.secret = "";
        Hello.prototype.chroot = "";

        Hello.create = function(properties) {
            return new Hello(properties);
        };

        Hello.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.protocolVersion != null && $Object.hasOwnProperty.call(message, "protocolVersion") && message.protocolVersion !== 0)
                writer.uint32(8).int32(message.protocolVersion);
            if (message.secret != null && $Object.hasOwnProperty.call(message, "secret") && message.secret !== "")
                writer.uint32(18).string(message.secret);
            if (message.chroot != null && $Object.hasOwnProperty.call(message, "chroot") && message.chroot !== "")
                writer.uint32(26).string(message.chroot);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Hello.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Hello();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.protocolVersion = value;
                        else
                            delete message.protocolVersion;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.secret = value;
                        else
                            delete message.secret;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.chroot = value;
                        else
                            delete message.chroot;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Hello.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Hello)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Hello: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Hello();
            if (object.protocolVersion != null)
                if ($Number(object.protocolVersion) !== 0)
                    message.protocolVersion = object.protocolVersion | 0;
            if (object.secret != null)
                if (typeof object.secret !== "string" || object.secret.length)
                    message.secret = $String(object.secret);
            if (object.chroot != null)
                if (typeof object.chroot !== "string" || object.chroot.length)
                    message.chroot = $String(object.chroot);
            return message;
        };

        Hello.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.protocolVersion = 0;
                object.secret = "";
                object.chroot = "";
            }
            if (message.protocolVersion != null && $Object.hasOwnProperty.call(message, "protocolVersion"))
                object.protocolVersion = message.protocolVersion;
            if (message.secret != null && $Object.hasOwnProperty.call(message, "secret"))
                object.secret = message.secret;
            if (message.chroot != null && $Object.hasOwnProperty.call(message, "chroot"))
                object.chroot = message.chroot;
            return object;
        };

        Hello.prototype.toJSON = function() {
            return Hello.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Hello;
    })();

    ottla.Welcome = (function() {

        const Welcome = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Welcome.prototype.protocolVersion = 0;

        Welcome.create = function(properties) {
            return new Welcome(properties);
        };

        Welcome.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.protocolVersion != null && $Object.hasOwnProperty.call(message, "protocolVersion") && message.protocolVersion !== 0)
                writer.uint32(8).int32(message.protocolVersion);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Welcome.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Welcome();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.protocolVersion = value;
                        else
                            delete message.protocolVersion;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Welcome.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Welcome)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Welcome: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Welcome();
            if (object.protocolVersion != null)
                if ($Number(object.protocolVersion) !== 0)
                    message.protocolVersion = object.protocolVersion | 0;
            return message;
        };

        Welcome.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.protocolVersion = 0;
            if (message.protocolVersion != null && $Object.hasOwnProperty.call(message, "protocolVersion"))
                object.protocolVersion = message.protocolVersion;
            return object;
        };

        Welcome.prototype.toJSON = function() {
            return Welcome.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Welcome;
    })();

    ottla.Directory = (function() {

        const Directory = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Directory.prototype.id = "";
        Directory.prototype.cleanShutdownEpoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Directory.prototype.runEpoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Directory.prototype.sameBoot = false;
        Directory.prototype.metadataOffset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Directory.prototype.metadataEpoch = 0;

        Directory.create = function(properties) {
            return new Directory(properties);
        };

        Directory.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                writer.uint32(10).string(message.id);
            if (message.cleanShutdownEpoch != null && $Object.hasOwnProperty.call(message, "cleanShutdownEpoch") && (typeof message.cleanShutdownEpoch === "object" ? message.cleanShutdownEpoch.low || message.cleanShutdownEpoch.high : message.cleanShutdownEpoch !== 0))
                writer.uint32(16).int64(message.cleanShutdownEpoch);
            if (message.runEpoch != null && $Object.hasOwnProperty.call(message, "runEpoch") && (typeof message.runEpoch === "object" ? message.runEpoch.low || message.runEpoch.high : message.runEpoch !== 0))
                writer.uint32(24).int64(message.runEpoch);
            if (message.sameBoot != null && $Object.hasOwnProperty.call(message, "sameBoot") && message.sameBoot !== false)
                writer.uint32(32).bool(message.sameBoot);
            if (message.metadataOffset != null && $Object.hasOwnProperty.call(message, "metadataOffset") && (typeof message.metadataOffset === "object" ? message.metadataOffset.low || message.metadataOffset.high : message.metadataOffset !== 0))
                writer.uint32(40).int64(message.metadataOffset);
            if (message.metadataEpoch != null && $Object.hasOwnProperty.call(message, "metadataEpoch") && message.metadataEpoch !== 0)
                writer.uint32(48).int32(message.metadataEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Directory.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Directory();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.cleanShutdownEpoch = value;
                        else
                            delete message.cleanShutdownEpoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.runEpoch = value;
                        else
                            delete message.runEpoch;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.sameBoot = value;
                        else
                            delete message.sameBoot;
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.metadataOffset = value;
                        else
                            delete message.metadataOffset;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.metadataEpoch = value;
                        else
                            delete message.metadataEpoch;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Directory.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Directory)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Directory: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Directory();
            if (object.id != null)
                if (typeof object.id !== "string" || object.id.length)
                    message.id = $String(object.id);
            if (object.cleanShutdownEpoch != null)
                if (typeof object.cleanShutdownEpoch === "object" ? object.cleanShutdownEpoch.low || object.cleanShutdownEpoch.high : $Number(object.cleanShutdownEpoch) !== 0)
                    if ($util.Long)
                        message.cleanShutdownEpoch = $util.Long.fromValue(object.cleanShutdownEpoch, false);
                    else if (typeof object.cleanShutdownEpoch === "string")
                        message.cleanShutdownEpoch = $parseInt(object.cleanShutdownEpoch, 10);
                    else if (typeof object.cleanShutdownEpoch === "number")
                        message.cleanShutdownEpoch = object.cleanShutdownEpoch;
                    else if (typeof object.cleanShutdownEpoch === "object")
                        message.cleanShutdownEpoch = new $util.LongBits(object.cleanShutdownEpoch.low >>> 0, object.cleanShutdownEpoch.high >>> 0).toNumber();
            if (object.runEpoch != null)
                if (typeof object.runEpoch === "object" ? object.runEpoch.low || object.runEpoch.high : $Number(object.runEpoch) !== 0)
                    if ($util.Long)
                        message.runEpoch = $util.Long.fromValue(object.runEpoch, false);
                    else if (typeof object.runEpoch === "string")
                        message.runEpoch = $parseInt(object.runEpoch, 10);
                    else if (typeof object.runEpoch === "number")
                        message.runEpoch = object.runEpoch;
                    else if (typeof object.runEpoch === "object")
                        message.runEpoch = new $util.LongBits(object.runEpoch.low >>> 0, object.runEpoch.high >>> 0).toNumber();
            if (object.sameBoot != null)
                if (object.sameBoot)
                    message.sameBoot = $Boolean(object.sameBoot);
            if (object.metadataOffset != null)
                if (typeof object.metadataOffset === "object" ? object.metadataOffset.low || object.metadataOffset.high : $Number(object.metadataOffset) !== 0)
                    if ($util.Long)
                        message.metadataOffset = $util.Long.fromValue(object.metadataOffset, false);
                    else if (typeof object.metadataOffset === "string")
                        message.metadataOffset = $parseInt(object.metadataOffset, 10);
                    else if (typeof object.metadataOffset === "number")
                        message.metadataOffset = object.metadataOffset;
                    else if (typeof object.metadataOffset === "object")
                        message.metadataOffset = new $util.LongBits(object.metadataOffset.low >>> 0, object.metadataOffset.high >>> 0).toNumber();
            if (object.metadataEpoch != null)
                if ($Number(object.metadataEpoch) !== 0)
                    message.metadataEpoch = object.metadataEpoch | 0;
            return message;
        };

        Directory.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.id = "";
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.cleanShutdownEpoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.cleanShutdownEpoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.runEpoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.runEpoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.sameBoot = false;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.metadataOffset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.metadataOffset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.metadataEpoch = 0;
            }
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                object.id = message.id;
            if (message.cleanShutdownEpoch != null && $Object.hasOwnProperty.call(message, "cleanShutdownEpoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.cleanShutdownEpoch = typeof message.cleanShutdownEpoch === "number" ? $BigInt(message.cleanShutdownEpoch) : $util.Long.fromBits(message.cleanShutdownEpoch.low >>> 0, message.cleanShutdownEpoch.high >>> 0, false).toBigInt();
                else if (typeof message.cleanShutdownEpoch === "number")
                    object.cleanShutdownEpoch = options.longs === $String ? $String(message.cleanShutdownEpoch) : message.cleanShutdownEpoch;
                else
                    object.cleanShutdownEpoch = options.longs === $String ? $util.Long.prototype.toString.call(message.cleanShutdownEpoch) : options.longs === $Number ? new $util.LongBits(message.cleanShutdownEpoch.low >>> 0, message.cleanShutdownEpoch.high >>> 0).toNumber() : message.cleanShutdownEpoch;
            if (message.runEpoch != null && $Object.hasOwnProperty.call(message, "runEpoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.runEpoch = typeof message.runEpoch === "number" ? $BigInt(message.runEpoch) : $util.Long.fromBits(message.runEpoch.low >>> 0, message.runEpoch.high >>> 0, false).toBigInt();
                else if (typeof message.runEpoch === "number")
                    object.runEpoch = options.longs === $String ? $String(message.runEpoch) : message.runEpoch;
                else
                    object.runEpoch = options.longs === $String ? $util.Long.prototype.toString.call(message.runEpoch) : options.longs === $Number ? new $util.LongBits(message.runEpoch.low >>> 0, message.runEpoch.high >>> 0).toNumber() : message.runEpoch;
            if (message.sameBoot != null && $Object.hasOwnProperty.call(message, "sameBoot"))
                object.sameBoot = message.sameBoot;
            if (message.metadataOffset != null && $Object.hasOwnProperty.call(message, "metadataOffset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.metadataOffset = typeof message.metadataOffset === "number" ? $BigInt(message.metadataOffset) : $util.Long.fromBits(message.metadataOffset.low >>> 0, message.metadataOffset.high >>> 0, false).toBigInt();
                else if (typeof message.metadataOffset === "number")
                    object.metadataOffset = options.longs === $String ? $String(message.metadataOffset) : message.metadataOffset;
                else
                    object.metadataOffset = options.longs === $String ? $util.Long.prototype.toString.call(message.metadataOffset) : options.longs === $Number ? new $util.LongBits(message.metadataOffset.low >>> 0, message.metadataOffset.high >>> 0).toNumber() : message.metadataOffset;
            if (message.metadataEpoch != null && $Object.hasOwnProperty.call(message, "metadataEpoch"))
                object.metadataEpoch = message.metadataEpoch;
            return object;
        };

        Directory.prototype.toJSON = function() {
            return Directory.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Directory;
    })();

    ottla.FeatureRange = (function() {

        const FeatureRange = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        FeatureRange.prototype.name = "";
        FeatureRange.prototype.min = 0;
        FeatureRange.prototype.max = 0;

        FeatureRange.create = function(properties) {
            return new FeatureRange(properties);
        };

        FeatureRange.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(10).string(message.name);
            if (message.min != null && $Object.hasOwnProperty.call(message, "min") && message.min !== 0)
                writer.uint32(16).int32(message.min);
            if (message.max != null && $Object.hasOwnProperty.call(message, "max") && message.max !== 0)
                writer.uint32(24).int32(message.max);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        FeatureRange.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.FeatureRange();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.min = value;
                        else
                            delete message.min;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.max = value;
                        else
                            delete message.max;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        FeatureRange.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.FeatureRange)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.FeatureRange: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.FeatureRange();
            if (object.name != null)
                if (typeof object.name !== "string" || object.name.length)
                    message.name = $String(object.name);
            if (object.min != null)
                if ($Number(object.min) !== 0)
                    message.min = object.min | 0;
            if (object.max != null)
                if ($Number(object.max) !== 0)
                    message.max = object.max | 0;
            return message;
        };

        FeatureRange.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.name = "";
                object.min = 0;
                object.max = 0;
            }
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                object.name = message.name;
            if (message.min != null && $Object.hasOwnProperty.call(message, "min"))
                object.min = message.min;
            if (message.max != null && $Object.hasOwnProperty.call(message, "max"))
                object.max = message.max;
            return object;
        };

        FeatureRange.prototype.toJSON = function() {
            return FeatureRange.toObject(this, $protobuf.util.toJSONOptions);
        };

        return FeatureRange;
    })();

    ottla.Register = (function() {

        const Register = function (properties) {
            this.listeners = [];
            this.features = [];
            this.directories = [];
            this.staticConfigs = {};
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Register.prototype.brokerId = 0;
        Register.prototype.incarnationId = "";
        Register.prototype.listeners = $util.emptyArray;
        Register.prototype.rack = null;
        Register.prototype.features = $util.emptyArray;
        Register.prototype.directories = $util.emptyArray;
        Register.prototype.appliedOffset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Register.prototype.appliedEpoch = 0;
        Register.prototype.staticConfigs = $util.emptyObject;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Register.prototype, "_rack", {
            get: $util.oneOfGetter($oneOfFields = ["rack"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Register.create = function(properties) {
            return new Register(properties);
        };

        Register.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.brokerId != null && $Object.hasOwnProperty.call(message, "brokerId") && message.brokerId !== 0)
                writer.uint32(8).int32(message.brokerId);
            if (message.incarnationId != null && $Object.hasOwnProperty.call(message, "incarnationId") && message.incarnationId !== "")
                writer.uint32(18).string(message.incarnationId);
            if (message.listeners != null && message.listeners.length)
                for (let i = 0; i < message.listeners.length; ++i)
                    $root.ottla.BrokerListener.encode(message.listeners[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.rack != null && $Object.hasOwnProperty.call(message, "rack"))
                writer.uint32(34).string(message.rack);
            if (message.features != null && message.features.length)
                for (let i = 0; i < message.features.length; ++i)
                    $root.ottla.FeatureRange.encode(message.features[i], writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.directories != null && message.directories.length)
                for (let i = 0; i < message.directories.length; ++i)
                    $root.ottla.Directory.encode(message.directories[i], writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.appliedOffset != null && $Object.hasOwnProperty.call(message, "appliedOffset") && (typeof message.appliedOffset === "object" ? message.appliedOffset.low || message.appliedOffset.high : message.appliedOffset !== 0))
                writer.uint32(56).int64(message.appliedOffset);
            if (message.appliedEpoch != null && $Object.hasOwnProperty.call(message, "appliedEpoch") && message.appliedEpoch !== 0)
                writer.uint32(64).int32(message.appliedEpoch);
            if (message.staticConfigs != null && $Object.hasOwnProperty.call(message, "staticConfigs"))
                for (let keys = $Object.keys(message.staticConfigs), i = 0; i < keys.length; ++i)
                    writer.uint32(74).fork().uint32(10).string(keys[i]).uint32(18).string(message.staticConfigs[keys[i]]).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Register.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, key, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Register();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.brokerId = value;
                        else
                            delete message.brokerId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.incarnationId = value;
                        else
                            delete message.incarnationId;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.listeners && message.listeners.length))
                            message.listeners = [];
                        message.listeners.push($root.ottla.BrokerListener.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.rack = reader.stringVerify();
                        message._rack = "rack";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if (!(message.features && message.features.length))
                            message.features = [];
                        message.features.push($root.ottla.FeatureRange.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        if (!(message.directories && message.directories.length))
                            message.directories = [];
                        message.directories.push($root.ottla.Directory.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.appliedOffset = value;
                        else
                            delete message.appliedOffset;
                        continue;
                    }
                case 8: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.appliedEpoch = value;
                        else
                            delete message.appliedEpoch;
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if (message.staticConfigs === $util.emptyObject)
                            message.staticConfigs = {};
                        let end2 = reader.size() + reader.pos;
                        if (end2 > reader.len)
                            throw $RangeError("index out of range");
                        reader.len = end2;
                        key = "";
                        value = "";
                        while (reader.pos < end2) {
                            let tag2 = reader.tag();
                            wireType = tag2 & 7;
                            switch (tag2 >>>= 3) {
                            case 1:
                                if (wireType !== 2)
                                    break;
                                key = reader.stringVerify();
                                continue;
                            case 2:
                                if (wireType !== 2)
                                    break;
                                value = reader.stringVerify();
                                continue;
                            }
                            reader.skipType(wireType, _depth, tag2);
                        }
                        if (reader.pos !== end2)
                            throw $RangeError("index out of range");
                        reader.len = end;
                        if (key === "__proto__")
                            $util.makeProp(message.staticConfigs, key);
                        message.staticConfigs[key] = value;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Register.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Register)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Register: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Register();
            if (object.brokerId != null)
                if ($Number(object.brokerId) !== 0)
                    message.brokerId = object.brokerId | 0;
            if (object.incarnationId != null)
                if (typeof object.incarnationId !== "string" || object.incarnationId.length)
                    message.incarnationId = $String(object.incarnationId);
            if (object.listeners) {
                if (!$Array.isArray(object.listeners))
                    throw $TypeError(".ottla.Register.listeners: array expected");
                message.listeners = $Array(object.listeners.length);
                for (let i = 0; i < object.listeners.length; ++i) {
                    if (!$util.isObject(object.listeners[i]))
                        throw $TypeError(".ottla.Register.listeners: object expected");
                    message.listeners[i] = $root.ottla.BrokerListener.fromObject(object.listeners[i], _depth + 1);
                }
            }
            if (object.rack != null)
                message.rack = $String(object.rack);
            if (object.features) {
                if (!$Array.isArray(object.features))
                    throw $TypeError(".ottla.Register.features: array expected");
                message.features = $Array(object.features.length);
                for (let i = 0; i < object.features.length; ++i) {
                    if (!$util.isObject(object.features[i]))
                        throw $TypeError(".ottla.Register.features: object expected");
                    message.features[i] = $root.ottla.FeatureRange.fromObject(object.features[i], _depth + 1);
                }
            }
            if (object.directories) {
                if (!$Array.isArray(object.directories))
                    throw $TypeError(".ottla.Register.directories: array expected");
                message.directories = $Array(object.directories.length);
                for (let i = 0; i < object.directories.length; ++i) {
                    if (!$util.isObject(object.directories[i]))
                        throw $TypeError(".ottla.Register.directories: object expected");
                    message.directories[i] = $root.ottla.Directory.fromObject(object.directories[i], _depth + 1);
                }
            }
            if (object.appliedOffset != null)
                if (typeof object.appliedOffset === "object" ? object.appliedOffset.low || object.appliedOffset.high : $Number(object.appliedOffset) !== 0)
                    if ($util.Long)
                        message.appliedOffset = $util.Long.fromValue(object.appliedOffset, false);
                    else if (typeof object.appliedOffset === "string")
                        message.appliedOffset = $parseInt(object.appliedOffset, 10);
                    else if (typeof object.appliedOffset === "number")
                        message.appliedOffset = object.appliedOffset;
                    else if (typeof object.appliedOffset === "object")
                        message.appliedOffset = new $util.LongBits(object.appliedOffset.low >>> 0, object.appliedOffset.high >>> 0).toNumber();
            if (object.appliedEpoch != null)
                if ($Number(object.appliedEpoch) !== 0)
                    message.appliedEpoch = object.appliedEpoch | 0;
            if (object.staticConfigs) {
                if (!$util.isObject(object.staticConfigs))
                    throw $TypeError(".ottla.Register.staticConfigs: object expected");
                message.staticConfigs = {};
                for (let keys = $Object.keys(object.staticConfigs), i = 0; i < keys.length; ++i) {
                    if (keys[i] === "__proto__")
                        $util.makeProp(message.staticConfigs, keys[i]);
                    message.staticConfigs[keys[i]] = $String(object.staticConfigs[keys[i]]);
                }
            }
            return message;
        };

        Register.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults) {
                object.listeners = [];
                object.features = [];
                object.directories = [];
            }
            if (options.objects || options.defaults)
                object.staticConfigs = {};
            if (options.defaults) {
                object.brokerId = 0;
                object.incarnationId = "";
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.appliedOffset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.appliedOffset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.appliedEpoch = 0;
            }
            if (message.brokerId != null && $Object.hasOwnProperty.call(message, "brokerId"))
                object.brokerId = message.brokerId;
            if (message.incarnationId != null && $Object.hasOwnProperty.call(message, "incarnationId"))
                object.incarnationId = message.incarnationId;
            if (message.listeners && message.listeners.length) {
                object.listeners = $Array(message.listeners.length);
                for (let j = 0; j < message.listeners.length; ++j)
                    object.listeners[j] = $root.ottla.BrokerListener.toObject(message.listeners[j], options, _depth + 1);
            }
            if (message.rack != null && $Object.hasOwnProperty.call(message, "rack"))
                object.rack = message.rack;
            if (message.features && message.features.length) {
                object.features = $Array(message.features.length);
                for (let j = 0; j < message.features.length; ++j)
                    object.features[j] = $root.ottla.FeatureRange.toObject(message.features[j], options, _depth + 1);
            }
            if (message.directories && message.directories.length) {
                object.directories = $Array(message.directories.length);
                for (let j = 0; j < message.directories.length; ++j)
                    object.directories[j] = $root.ottla.Directory.toObject(message.directories[j], options, _depth + 1);
            }
            if (message.appliedOffset != null && $Object.hasOwnProperty.call(message, "appliedOffset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.appliedOffset = typeof message.appliedOffset === "number" ? $BigInt(message.appliedOffset) : $util.Long.fromBits(message.appliedOffset.low >>> 0, message.appliedOffset.high >>> 0, false).toBigInt();
                else if (typeof message.appliedOffset === "number")
                    object.appliedOffset = options.longs === $String ? $String(message.appliedOffset) : message.appliedOffset;
                else
                    object.appliedOffset = options.longs === $String ? $util.Long.prototype.toString.call(message.appliedOffset) : options.longs === $Number ? new $util.LongBits(message.appliedOffset.low >>> 0, message.appliedOffset.high >>> 0).toNumber() : message.appliedOffset;
            if (message.appliedEpoch != null && $Object.hasOwnProperty.call(message, "appliedEpoch"))
                object.appliedEpoch = message.appliedEpoch;
            let keys2;
            if (message.staticConfigs && (keys2 = $Object.keys(message.staticConfigs)).length) {
                object.staticConfigs = {};
                for (let j = 0; j < keys2.length; ++j) {
                    if (keys2[j] === "__proto__")
                        $util.makeProp(object.staticConfigs, keys2[j]);
                    object.staticConfigs[keys2[j]] = message.staticConfigs[keys2[j]];
                }
            }
            return object;
        };

        Register.prototype.toJSON = function() {
            return Register.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Register;
    })();

    ottla.Registered = (function() {

        const Registered = function (properties) {
            this.warnings = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Registered.prototype.brokerEpoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Registered.prototype.warnings = $util.emptyArray;
        Registered.prototype.sessionTimeoutMs = 0;

        Registered.create = function(properties) {
            return new Registered(properties);
        };

        Registered.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch") && (typeof message.brokerEpoch === "object" ? message.brokerEpoch.low || message.brokerEpoch.high : message.brokerEpoch !== 0))
                writer.uint32(8).int64(message.brokerEpoch);
            if (message.warnings != null && message.warnings.length)
                for (let i = 0; i < message.warnings.length; ++i)
                    writer.uint32(18).string(message.warnings[i]);
            if (message.sessionTimeoutMs != null && $Object.hasOwnProperty.call(message, "sessionTimeoutMs") && message.sessionTimeoutMs !== 0)
                writer.uint32(24).int32(message.sessionTimeoutMs);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Registered.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Registered();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.brokerEpoch = value;
                        else
                            delete message.brokerEpoch;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.warnings && message.warnings.length))
                            message.warnings = [];
                        message.warnings.push(reader.stringVerify());
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.sessionTimeoutMs = value;
                        else
                            delete message.sessionTimeoutMs;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Registered.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Registered)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Registered: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Registered();
            if (object.brokerEpoch != null)
                if (typeof object.brokerEpoch === "object" ? object.brokerEpoch.low || object.brokerEpoch.high : $Number(object.brokerEpoch) !== 0)
                    if ($util.Long)
                        message.brokerEpoch = $util.Long.fromValue(object.brokerEpoch, false);
                    else if (typeof object.brokerEpoch === "string")
                        message.brokerEpoch = $parseInt(object.brokerEpoch, 10);
                    else if (typeof object.brokerEpoch === "number")
                        message.brokerEpoch = object.brokerEpoch;
                    else if (typeof object.brokerEpoch === "object")
                        message.brokerEpoch = new $util.LongBits(object.brokerEpoch.low >>> 0, object.brokerEpoch.high >>> 0).toNumber();
            if (object.warnings) {
                if (!$Array.isArray(object.warnings))
                    throw $TypeError(".ottla.Registered.warnings: array expected");
                message.warnings = $Array(object.warnings.length);
                for (let i = 0; i < object.warnings.length; ++i)
                    message.warnings[i] = $String(object.warnings[i]);
            }
            if (object.sessionTimeoutMs != null)
                if ($Number(object.sessionTimeoutMs) !== 0)
                    message.sessionTimeoutMs = object.sessionTimeoutMs | 0;
            return message;
        };

        Registered.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.warnings = [];
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.brokerEpoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.brokerEpoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.sessionTimeoutMs = 0;
            }
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.brokerEpoch = typeof message.brokerEpoch === "number" ? $BigInt(message.brokerEpoch) : $util.Long.fromBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0, false).toBigInt();
                else if (typeof message.brokerEpoch === "number")
                    object.brokerEpoch = options.longs === $String ? $String(message.brokerEpoch) : message.brokerEpoch;
                else
                    object.brokerEpoch = options.longs === $String ? $util.Long.prototype.toString.call(message.brokerEpoch) : options.longs === $Number ? new $util.LongBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0).toNumber() : message.brokerEpoch;
            if (message.warnings && message.warnings.length) {
                object.warnings = $Array(message.warnings.length);
                for (let j = 0; j < message.warnings.length; ++j)
                    object.warnings[j] = message.warnings[j];
            }
            if (message.sessionTimeoutMs != null && $Object.hasOwnProperty.call(message, "sessionTimeoutMs"))
                object.sessionTimeoutMs = message.sessionTimeoutMs;
            return object;
        };

        Registered.prototype.toJSON = function() {
            return Registered.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Registered;
    })();

    ottla.Heartbeat = (function() {

        const Heartbeat = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Heartbeat.prototype.brokerEpoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Heartbeat.prototype.appliedOffset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Heartbeat.prototype.ready = false;
        Heartbeat.prototype.wantsShutdown = false;

        Heartbeat.create = function(properties) {
            return new Heartbeat(properties);
        };

        Heartbeat.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch") && (typeof message.brokerEpoch === "object" ? message.brokerEpoch.low || message.brokerEpoch.high : message.brokerEpoch !== 0))
                writer.uint32(8).int64(message.brokerEpoch);
            if (message.appliedOffset != null && $Object.hasOwnProperty.call(message, "appliedOffset") && (typeof message.appliedOffset === "object" ? message.appliedOffset.low || message.appliedOffset.high : message.appliedOffset !== 0))
                writer.uint32(16).int64(message.appliedOffset);
            if (message.ready != null && $Object.hasOwnProperty.call(message, "ready") && message.ready !== false)
                writer.uint32(24).bool(message.ready);
            if (message.wantsShutdown != null && $Object.hasOwnProperty.call(message, "wantsShutdown") && message.wantsShutdown !== false)
                writer.uint32(32).bool(message.wantsShutdown);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Heartbeat.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Heartbeat();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.brokerEpoch = value;
                        else
                            delete message.brokerEpoch;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.appliedOffset = value;
                        else
                            delete message.appliedOffset;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.ready = value;
                        else
                            delete message.ready;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.wantsShutdown = value;
                        else
                            delete message.wantsShutdown;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Heartbeat.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Heartbeat)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Heartbeat: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Heartbeat();
            if (object.brokerEpoch != null)
                if (typeof object.brokerEpoch === "object" ? object.brokerEpoch.low || object.brokerEpoch.high : $Number(object.brokerEpoch) !== 0)
                    if ($util.Long)
                        message.brokerEpoch = $util.Long.fromValue(object.brokerEpoch, false);
                    else if (typeof object.brokerEpoch === "string")
                        message.brokerEpoch = $parseInt(object.brokerEpoch, 10);
                    else if (typeof object.brokerEpoch === "number")
                        message.brokerEpoch = object.brokerEpoch;
                    else if (typeof object.brokerEpoch === "object")
                        message.brokerEpoch = new $util.LongBits(object.brokerEpoch.low >>> 0, object.brokerEpoch.high >>> 0).toNumber();
            if (object.appliedOffset != null)
                if (typeof object.appliedOffset === "object" ? object.appliedOffset.low || object.appliedOffset.high : $Number(object.appliedOffset) !== 0)
                    if ($util.Long)
                        message.appliedOffset = $util.Long.fromValue(object.appliedOffset, false);
                    else if (typeof object.appliedOffset === "string")
                        message.appliedOffset = $parseInt(object.appliedOffset, 10);
                    else if (typeof object.appliedOffset === "number")
                        message.appliedOffset = object.appliedOffset;
                    else if (typeof object.appliedOffset === "object")
                        message.appliedOffset = new $util.LongBits(object.appliedOffset.low >>> 0, object.appliedOffset.high >>> 0).toNumber();
            if (object.ready != null)
                if (object.ready)
                    message.ready = $Boolean(object.ready);
            if (object.wantsShutdown != null)
                if (object.wantsShutdown)
                    message.wantsShutdown = $Boolean(object.wantsShutdown);
            return message;
        };

        Heartbeat.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.brokerEpoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.brokerEpoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.appliedOffset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.appliedOffset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.ready = false;
                object.wantsShutdown = false;
            }
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.brokerEpoch = typeof message.brokerEpoch === "number" ? $BigInt(message.brokerEpoch) : $util.Long.fromBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0, false).toBigInt();
                else if (typeof message.brokerEpoch === "number")
                    object.brokerEpoch = options.longs === $String ? $String(message.brokerEpoch) : message.brokerEpoch;
                else
                    object.brokerEpoch = options.longs === $String ? $util.Long.prototype.toString.call(message.brokerEpoch) : options.longs === $Number ? new $util.LongBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0).toNumber() : message.brokerEpoch;
            if (message.appliedOffset != null && $Object.hasOwnProperty.call(message, "appliedOffset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.appliedOffset = typeof message.appliedOffset === "number" ? $BigInt(message.appliedOffset) : $util.Long.fromBits(message.appliedOffset.low >>> 0, message.appliedOffset.high >>> 0, false).toBigInt();
                else if (typeof message.appliedOffset === "number")
                    object.appliedOffset = options.longs === $String ? $String(message.appliedOffset) : message.appliedOffset;
                else
                    object.appliedOffset = options.longs === $String ? $util.Long.prototype.toString.call(message.appliedOffset) : options.longs === $Number ? new $util.LongBits(message.appliedOffset.low >>> 0, message.appliedOffset.high >>> 0).toNumber() : message.appliedOffset;
            if (message.ready != null && $Object.hasOwnProperty.call(message, "ready"))
                object.ready = message.ready;
            if (message.wantsShutdown != null && $Object.hasOwnProperty.call(message, "wantsShutdown"))
                object.wantsShutdown = message.wantsShutdown;
            return object;
        };

        Heartbeat.prototype.toJSON = function() {
            return Heartbeat.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Heartbeat;
    })();

    ottla.Alive = (function() {

        const Alive = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Alive.prototype.fenced = false;
        Alive.prototype.mayStop = false;

        Alive.create = function(properties) {
            return new Alive(properties);
        };

        Alive.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.fenced != null && $Object.hasOwnProperty.call(message, "fenced") && message.fenced !== false)
                writer.uint32(8).bool(message.fenced);
            if (message.mayStop != null && $Object.hasOwnProperty.call(message, "mayStop") && message.mayStop !== false)
                writer.uint32(16).bool(message.mayStop);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Alive.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Alive();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.fenced = value;
                        else
                            delete message.fenced;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.mayStop = value;
                        else
                            delete message.mayStop;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Alive.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Alive)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Alive: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Alive();
            if (object.fenced != null)
                if (object.fenced)
                    message.fenced = $Boolean(object.fenced);
            if (object.mayStop != null)
                if (object.mayStop)
                    message.mayStop = $Boolean(object.mayStop);
            return message;
        };

        Alive.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.fenced = false;
                object.mayStop = false;
            }
            if (message.fenced != null && $Object.hasOwnProperty.call(message, "fenced"))
                object.fenced = message.fenced;
            if (message.mayStop != null && $Object.hasOwnProperty.call(message, "mayStop"))
                object.mayStop = message.mayStop;
            return object;
        };

        Alive.prototype.toJSON = function() {
            return Alive.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Alive;
    })();

    ottla.Forward = (function() {

        const Forward = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Forward.prototype.apiKey = 0;
        Forward.prototype.apiVersion = 0;
        Forward.prototype.body = $util.newBuffer([]);
        Forward.prototype.principalType = "";
        Forward.prototype.principalName = "";

        Forward.create = function(properties) {
            return new Forward(properties);
        };

        Forward.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.apiKey != null && $Object.hasOwnProperty.call(message, "apiKey") && message.apiKey !== 0)
                writer.uint32(8).int32(message.apiKey);
            if (message.apiVersion != null && $Object.hasOwnProperty.call(message, "apiVersion") && message.apiVersion !== 0)
                writer.uint32(16).int32(message.apiVersion);
            if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                writer.uint32(26).bytes(message.body);
            if (message.principalType != null && $Object.hasOwnProperty.call(message, "principalType") && message.principalType !== "")
                writer.uint32(34).string(message.principalType);
            if (message.principalName != null && $Object.hasOwnProperty.call(message, "principalName") && message.principalName !== "")
                writer.uint32(42).string(message.principalName);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Forward.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Forward();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.apiKey = value;
                        else
                            delete message.apiKey;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.apiVersion = value;
                        else
                            delete message.apiVersion;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.body = value;
                        else
                            delete message.body;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.principalType = value;
                        else
                            delete message.principalType;
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.principalName = value;
                        else
                            delete message.principalName;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Forward.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Forward)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Forward: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Forward();
            if (object.apiKey != null)
                if ($Number(object.apiKey) !== 0)
                    message.apiKey = object.apiKey | 0;
            if (object.apiVersion != null)
                if ($Number(object.apiVersion) !== 0)
                    message.apiVersion = object.apiVersion | 0;
            if (object.body != null)
                if (object.body.length)
                    if (typeof object.body === "string")
                        $util.base64.decode(object.body, message.body = $util.newBuffer($util.base64.length(object.body)), 0);
                    else if (object.body.length >= 0)
                        message.body = object.body;
            if (object.principalType != null)
                if (typeof object.principalType !== "string" || object.principalType.length)
                    message.principalType = $String(object.principalType);
            if (object.principalName != null)
                if (typeof object.principalName !== "string" || object.principalName.length)
                    message.principalName = $String(object.principalName);
            return message;
        };

        Forward.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.apiKey = 0;
                object.apiVersion = 0;
                if (options.bytes === $String)
                    object.body = "";
                else {
                    object.body = [];
                    if (options.bytes !== $Array)
                        object.body = $util.newBuffer(object.body);
                }
                object.principalType = "";
                object.principalName = "";
            }
            if (message.apiKey != null && $Object.hasOwnProperty.call(message, "apiKey"))
                object.apiKey = message.apiKey;
            if (message.apiVersion != null && $Object.hasOwnProperty.call(message, "apiVersion"))
                object.apiVersion = message.apiVersion;
            if (message.body != null && $Object.hasOwnProperty.call(message, "body"))
                object.body = options.bytes === $String ? $util.base64.encode(message.body, 0, message.body.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.body) : message.body;
            if (message.principalType != null && $Object.hasOwnProperty.call(message, "principalType"))
                object.principalType = message.principalType;
            if (message.principalName != null && $Object.hasOwnProperty.call(message, "principalName"))
                object.principalName = message.principalName;
            return object;
        };

        Forward.prototype.toJSON = function() {
            return Forward.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Forward;
    })();

    ottla.Forwarded = (function() {

        const Forwarded = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Forwarded.prototype.body = $util.newBuffer([]);

        Forwarded.create = function(properties) {
            return new Forwarded(properties);
        };

        Forwarded.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                writer.uint32(10).bytes(message.body);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Forwarded.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Forwarded();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.body = value;
                        else
                            delete message.body;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Forwarded.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Forwarded)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Forwarded: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Forwarded();
            if (object.body != null)
                if (object.body.length)
                    if (typeof object.body === "string")
                        $util.base64.decode(object.body, message.body = $util.newBuffer($util.base64.length(object.body)), 0);
                    else if (object.body.length >= 0)
                        message.body = object.body;
            return message;
        };

        Forwarded.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if (options.bytes === $String)
                    object.body = "";
                else {
                    object.body = [];
                    if (options.bytes !== $Array)
                        object.body = $util.newBuffer(object.body);
                }
            if (message.body != null && $Object.hasOwnProperty.call(message, "body"))
                object.body = options.bytes === $String ? $util.base64.encode(message.body, 0, message.body.length) : options.bytes === $Array ? $Array.prototype.slice.call(message.body) : message.body;
            return object;
        };

        Forwarded.prototype.toJSON = function() {
            return Forwarded.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Forwarded;
    })();

    ottla.AllocateProducerIds = (function() {

        const AllocateProducerIds = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        AllocateProducerIds.create = function(properties) {
            return new AllocateProducerIds(properties);
        };

        AllocateProducerIds.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        AllocateProducerIds.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.AllocateProducerIds();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        AllocateProducerIds.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.AllocateProducerIds)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.AllocateProducerIds: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.ottla.AllocateProducerIds();
        };

        AllocateProducerIds.toObject = function () {
            return {};
        };

        AllocateProducerIds.prototype.toJSON = function() {
            return AllocateProducerIds.toObject(this, $protobuf.util.toJSONOptions);
        };

        return AllocateProducerIds;
    })();

    ottla.ProducerIdBlock = (function() {

        const ProducerIdBlock = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ProducerIdBlock.prototype.first = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        ProducerIdBlock.prototype.count = 0;

        ProducerIdBlock.create = function(properties) {
            return new ProducerIdBlock(properties);
        };

        ProducerIdBlock.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.first != null && $Object.hasOwnProperty.call(message, "first") && (typeof message.first === "object" ? message.first.low || message.first.high : message.first !== 0))
                writer.uint32(8).int64(message.first);
            if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                writer.uint32(16).int32(message.count);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ProducerIdBlock.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.ProducerIdBlock();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.first = value;
                        else
                            delete message.first;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.count = value;
                        else
                            delete message.count;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ProducerIdBlock.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.ProducerIdBlock)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.ProducerIdBlock: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.ProducerIdBlock();
            if (object.first != null)
                if (typeof object.first === "object" ? object.first.low || object.first.high : $Number(object.first) !== 0)
                    if ($util.Long)
                        message.first = $util.Long.fromValue(object.first, false);
                    else if (typeof object.first === "string")
                        message.first = $parseInt(object.first, 10);
                    else if (typeof object.first === "number")
                        message.first = object.first;
                    else if (typeof object.first === "object")
                        message.first = new $util.LongBits(object.first.low >>> 0, object.first.high >>> 0).toNumber();
            if (object.count != null)
                if ($Number(object.count) !== 0)
                    message.count = object.count | 0;
            return message;
        };

        ProducerIdBlock.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.first = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.first = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.count = 0;
            }
            if (message.first != null && $Object.hasOwnProperty.call(message, "first"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.first = typeof message.first === "number" ? $BigInt(message.first) : $util.Long.fromBits(message.first.low >>> 0, message.first.high >>> 0, false).toBigInt();
                else if (typeof message.first === "number")
                    object.first = options.longs === $String ? $String(message.first) : message.first;
                else
                    object.first = options.longs === $String ? $util.Long.prototype.toString.call(message.first) : options.longs === $Number ? new $util.LongBits(message.first.low >>> 0, message.first.high >>> 0).toNumber() : message.first;
            if (message.count != null && $Object.hasOwnProperty.call(message, "count"))
                object.count = message.count;
            return object;
        };

        ProducerIdBlock.prototype.toJSON = function() {
            return ProducerIdBlock.toObject(this, $protobuf.util.toJSONOptions);
        };

        return ProducerIdBlock;
    })();

    ottla.Leave = (function() {

        const Leave = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Leave.prototype.brokerEpoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        Leave.create = function(properties) {
            return new Leave(properties);
        };

        Leave.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch") && (typeof message.brokerEpoch === "object" ? message.brokerEpoch.low || message.brokerEpoch.high : message.brokerEpoch !== 0))
                writer.uint32(8).int64(message.brokerEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Leave.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Leave();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.brokerEpoch = value;
                        else
                            delete message.brokerEpoch;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Leave.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Leave)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Leave: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Leave();
            if (object.brokerEpoch != null)
                if (typeof object.brokerEpoch === "object" ? object.brokerEpoch.low || object.brokerEpoch.high : $Number(object.brokerEpoch) !== 0)
                    if ($util.Long)
                        message.brokerEpoch = $util.Long.fromValue(object.brokerEpoch, false);
                    else if (typeof object.brokerEpoch === "string")
                        message.brokerEpoch = $parseInt(object.brokerEpoch, 10);
                    else if (typeof object.brokerEpoch === "number")
                        message.brokerEpoch = object.brokerEpoch;
                    else if (typeof object.brokerEpoch === "object")
                        message.brokerEpoch = new $util.LongBits(object.brokerEpoch.low >>> 0, object.brokerEpoch.high >>> 0).toNumber();
            return message;
        };

        Leave.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.brokerEpoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.brokerEpoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.brokerEpoch = typeof message.brokerEpoch === "number" ? $BigInt(message.brokerEpoch) : $util.Long.fromBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0, false).toBigInt();
                else if (typeof message.brokerEpoch === "number")
                    object.brokerEpoch = options.longs === $String ? $String(message.brokerEpoch) : message.brokerEpoch;
                else
                    object.brokerEpoch = options.longs === $String ? $util.Long.prototype.toString.call(message.brokerEpoch) : options.longs === $Number ? new $util.LongBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0).toNumber() : message.brokerEpoch;
            return object;
        };

        Leave.prototype.toJSON = function() {
            return Leave.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Leave;
    })();

    ottla.Left = (function() {

        const Left = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Left.create = function(properties) {
            return new Left(properties);
        };

        Left.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Left.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Left();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Left.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Left)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Left: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.ottla.Left();
        };

        Left.toObject = function () {
            return {};
        };

        Left.prototype.toJSON = function() {
            return Left.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Left;
    })();

    ottla.Resign = (function() {

        const Resign = function (properties) {
            this.partitions = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Resign.prototype.brokerEpoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Resign.prototype.partitions = $util.emptyArray;

        Resign.create = function(properties) {
            return new Resign(properties);
        };

        Resign.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch") && (typeof message.brokerEpoch === "object" ? message.brokerEpoch.low || message.brokerEpoch.high : message.brokerEpoch !== 0))
                writer.uint32(8).int64(message.brokerEpoch);
            if (message.partitions != null && message.partitions.length)
                for (let i = 0; i < message.partitions.length; ++i)
                    $root.ottla.Resignation.encode(message.partitions[i], writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Resign.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Resign();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.brokerEpoch = value;
                        else
                            delete message.brokerEpoch;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if (!(message.partitions && message.partitions.length))
                            message.partitions = [];
                        message.partitions.push($root.ottla.Resignation.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Resign.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Resign)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Resign: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Resign();
            if (object.brokerEpoch != null)
                if (typeof object.brokerEpoch === "object" ? object.brokerEpoch.low || object.brokerEpoch.high : $Number(object.brokerEpoch) !== 0)
                    if ($util.Long)
                        message.brokerEpoch = $util.Long.fromValue(object.brokerEpoch, false);
                    else if (typeof object.brokerEpoch === "string")
                        message.brokerEpoch = $parseInt(object.brokerEpoch, 10);
                    else if (typeof object.brokerEpoch === "number")
                        message.brokerEpoch = object.brokerEpoch;
                    else if (typeof object.brokerEpoch === "object")
                        message.brokerEpoch = new $util.LongBits(object.brokerEpoch.low >>> 0, object.brokerEpoch.high >>> 0).toNumber();
            if (object.partitions) {
                if (!$Array.isArray(object.partitions))
                    throw $TypeError(".ottla.Resign.partitions: array expected");
                message.partitions = $Array(object.partitions.length);
                for (let i = 0; i < object.partitions.length; ++i) {
                    if (!$util.isObject(object.partitions[i]))
                        throw $TypeError(".ottla.Resign.partitions: object expected");
                    message.partitions[i] = $root.ottla.Resignation.fromObject(object.partitions[i], _depth + 1);
                }
            }
            return message;
        };

        Resign.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.partitions = [];
            if (options.defaults)
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.brokerEpoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.brokerEpoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            if (message.brokerEpoch != null && $Object.hasOwnProperty.call(message, "brokerEpoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.brokerEpoch = typeof message.brokerEpoch === "number" ? $BigInt(message.brokerEpoch) : $util.Long.fromBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0, false).toBigInt();
                else if (typeof message.brokerEpoch === "number")
                    object.brokerEpoch = options.longs === $String ? $String(message.brokerEpoch) : message.brokerEpoch;
                else
                    object.brokerEpoch = options.longs === $String ? $util.Long.prototype.toString.call(message.brokerEpoch) : options.longs === $Number ? new $util.LongBits(message.brokerEpoch.low >>> 0, message.brokerEpoch.high >>> 0).toNumber() : message.brokerEpoch;
            if (message.partitions && message.partitions.length) {
                object.partitions = $Array(message.partitions.length);
                for (let j = 0; j < message.partitions.length; ++j)
                    object.partitions[j] = $root.ottla.Resignation.toObject(message.partitions[j], options, _depth + 1);
            }
            return object;
        };

        Resign.prototype.toJSON = function() {
            return Resign.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Resign;
    })();

    ottla.Resignation = (function() {

        const Resignation = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Resignation.prototype.topicId = "";
        Resignation.prototype.partition = 0;
        Resignation.prototype.leaderEpoch = 0;
        Resignation.prototype.reason = "";

        Resignation.create = function(properties) {
            return new Resignation(properties);
        };

        Resignation.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId") && message.topicId !== "")
                writer.uint32(10).string(message.topicId);
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition") && message.partition !== 0)
                writer.uint32(16).int32(message.partition);
            if (message.leaderEpoch != null && $Object.hasOwnProperty.call(message, "leaderEpoch") && message.leaderEpoch !== 0)
                writer.uint32(24).int32(message.leaderEpoch);
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                writer.uint32(34).string(message.reason);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Resignation.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Resignation();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.topicId = value;
                        else
                            delete message.topicId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.partition = value;
                        else
                            delete message.partition;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.leaderEpoch = value;
                        else
                            delete message.leaderEpoch;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.reason = value;
                        else
                            delete message.reason;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Resignation.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Resignation)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Resignation: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Resignation();
            if (object.topicId != null)
                if (typeof object.topicId !== "string" || object.topicId.length)
                    message.topicId = $String(object.topicId);
            if (object.partition != null)
                if ($Number(object.partition) !== 0)
                    message.partition = object.partition | 0;
            if (object.leaderEpoch != null)
                if ($Number(object.leaderEpoch) !== 0)
                    message.leaderEpoch = object.leaderEpoch | 0;
            if (object.reason != null)
                if (typeof object.reason !== "string" || object.reason.length)
                    message.reason = $String(object.reason);
            return message;
        };

        Resignation.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.topicId = "";
                object.partition = 0;
                object.leaderEpoch = 0;
                object.reason = "";
            }
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId"))
                object.topicId = message.topicId;
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition"))
                object.partition = message.partition;
            if (message.leaderEpoch != null && $Object.hasOwnProperty.call(message, "leaderEpoch"))
                object.leaderEpoch = message.leaderEpoch;
            if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                object.reason = message.reason;
            return object;
        };

        Resignation.prototype.toJSON = function() {
            return Resignation.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Resignation;
    })();

    ottla.Resigned = (function() {

        const Resigned = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Resigned.create = function(properties) {
            return new Resigned(properties);
        };

        Resigned.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Resigned.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Resigned();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                reader.skipType(tag & 7, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Resigned.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Resigned)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Resigned: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            return new $root.ottla.Resigned();
        };

        Resigned.toObject = function () {
            return {};
        };

        Resigned.prototype.toJSON = function() {
            return Resigned.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Resigned;
    })();

    ottla.Failure = (function() {

        const Failure = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Failure.prototype.code = 0;
        Failure.prototype.message = "";
        Failure.prototype.fatal = false;

        Failure.create = function(properties) {
            return new Failure(properties);
        };

        Failure.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== 0)
                writer.uint32(8).int32(message.code);
            if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                writer.uint32(18).string(message.message);
            if (message.fatal != null && $Object.hasOwnProperty.call(message, "fatal") && message.fatal !== false)
                writer.uint32(24).bool(message.fatal);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Failure.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Failure();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.code = value;
                        else
                            delete message.code;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.message = value;
                        else
                            delete message.message;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.fatal = value;
                        else
                            delete message.fatal;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Failure.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Failure)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Failure: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Failure();
            if (object.code != null)
                if ($Number(object.code) !== 0)
                    message.code = object.code | 0;
            if (object.message != null)
                if (typeof object.message !== "string" || object.message.length)
                    message.message = $String(object.message);
            if (object.fatal != null)
                if (object.fatal)
                    message.fatal = $Boolean(object.fatal);
            return message;
        };

        Failure.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.code = 0;
                object.message = "";
                object.fatal = false;
            }
            if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                object.code = message.code;
            if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                object.message = message.message;
            if (message.fatal != null && $Object.hasOwnProperty.call(message, "fatal"))
                object.fatal = message.fatal;
            return object;
        };

        Failure.prototype.toJSON = function() {
            return Failure.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Failure;
    })();

    ottla.SnapshotChunk = (function() {

        const SnapshotChunk = function (properties) {
            this.records = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SnapshotChunk.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        SnapshotChunk.prototype.controllerEpoch = 0;
        SnapshotChunk.prototype.records = $util.emptyArray;
        SnapshotChunk.prototype.last = false;

        SnapshotChunk.create = function(properties) {
            return new SnapshotChunk(properties);
        };

        SnapshotChunk.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                writer.uint32(8).int64(message.offset);
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch") && message.controllerEpoch !== 0)
                writer.uint32(16).int32(message.controllerEpoch);
            if (message.records != null && message.records.length)
                for (let i = 0; i < message.records.length; ++i)
                    $root.ottla.MetadataRecord.encode(message.records[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                writer.uint32(32).bool(message.last);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SnapshotChunk.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.SnapshotChunk();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.controllerEpoch = value;
                        else
                            delete message.controllerEpoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.records && message.records.length))
                            message.records = [];
                        message.records.push($root.ottla.MetadataRecord.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.last = value;
                        else
                            delete message.last;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SnapshotChunk.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.SnapshotChunk)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.SnapshotChunk: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.SnapshotChunk();
            if (object.offset != null)
                if (typeof object.offset === "object" ? object.offset.low || object.offset.high : $Number(object.offset) !== 0)
                    if ($util.Long)
                        message.offset = $util.Long.fromValue(object.offset, false);
                    else if (typeof object.offset === "string")
                        message.offset = $parseInt(object.offset, 10);
                    else if (typeof object.offset === "number")
                        message.offset = object.offset;
                    else if (typeof object.offset === "object")
                        message.offset = new $util.LongBits(object.offset.low >>> 0, object.offset.high >>> 0).toNumber();
            if (object.controllerEpoch != null)
                if ($Number(object.controllerEpoch) !== 0)
                    message.controllerEpoch = object.controllerEpoch | 0;
            if (object.records) {
                if (!$Array.isArray(object.records))
                    throw $TypeError(".ottla.SnapshotChunk.records: array expected");
                message.records = $Array(object.records.length);
                for (let i = 0; i < object.records.length; ++i) {
                    if (!$util.isObject(object.records[i]))
                        throw $TypeError(".ottla.SnapshotChunk.records: object expected");
                    message.records[i] = $root.ottla.MetadataRecord.fromObject(object.records[i], _depth + 1);
                }
            }
            if (object.last != null)
                if (object.last)
                    message.last = $Boolean(object.last);
            return message;
        };

        SnapshotChunk.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.records = [];
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.offset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.offset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.controllerEpoch = 0;
                object.last = false;
            }
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.offset = typeof message.offset === "number" ? $BigInt(message.offset) : $util.Long.fromBits(message.offset.low >>> 0, message.offset.high >>> 0, false).toBigInt();
                else if (typeof message.offset === "number")
                    object.offset = options.longs === $String ? $String(message.offset) : message.offset;
                else
                    object.offset = options.longs === $String ? $util.Long.prototype.toString.call(message.offset) : options.longs === $Number ? new $util.LongBits(message.offset.low >>> 0, message.offset.high >>> 0).toNumber() : message.offset;
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch"))
                object.controllerEpoch = message.controllerEpoch;
            if (message.records && message.records.length) {
                object.records = $Array(message.records.length);
                for (let j = 0; j < message.records.length; ++j)
                    object.records[j] = $root.ottla.MetadataRecord.toObject(message.records[j], options, _depth + 1);
            }
            if (message.last != null && $Object.hasOwnProperty.call(message, "last"))
                object.last = message.last;
            return object;
        };

        SnapshotChunk.prototype.toJSON = function() {
            return SnapshotChunk.toObject(this, $protobuf.util.toJSONOptions);
        };

        return SnapshotChunk;
    })();

    ottla.MetadataBatch = (function() {

        const MetadataBatch = function (properties) {
            this.records = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        MetadataBatch.prototype.baseOffset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        MetadataBatch.prototype.controllerEpoch = 0;
        MetadataBatch.prototype.records = $util.emptyArray;

        MetadataBatch.create = function(properties) {
            return new MetadataBatch(properties);
        };

        MetadataBatch.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.baseOffset != null && $Object.hasOwnProperty.call(message, "baseOffset") && (typeof message.baseOffset === "object" ? message.baseOffset.low || message.baseOffset.high : message.baseOffset !== 0))
                writer.uint32(8).int64(message.baseOffset);
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch") && message.controllerEpoch !== 0)
                writer.uint32(16).int32(message.controllerEpoch);
            if (message.records != null && message.records.length)
                for (let i = 0; i < message.records.length; ++i)
                    $root.ottla.MetadataRecord.encode(message.records[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        MetadataBatch.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.MetadataBatch();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.baseOffset = value;
                        else
                            delete message.baseOffset;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.controllerEpoch = value;
                        else
                            delete message.controllerEpoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.records && message.records.length))
                            message.records = [];
                        message.records.push($root.ottla.MetadataRecord.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        MetadataBatch.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.MetadataBatch)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.MetadataBatch: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.MetadataBatch();
            if (object.baseOffset != null)
                if (typeof object.baseOffset === "object" ? object.baseOffset.low || object.baseOffset.high : $Number(object.baseOffset) !== 0)
                    if ($util.Long)
                        message.baseOffset = $util.Long.fromValue(object.baseOffset, false);
                    else if (typeof object.baseOffset === "string")
                        message.baseOffset = $parseInt(object.baseOffset, 10);
                    else if (typeof object.baseOffset === "number")
                        message.baseOffset = object.baseOffset;
                    else if (typeof object.baseOffset === "object")
                        message.baseOffset = new $util.LongBits(object.baseOffset.low >>> 0, object.baseOffset.high >>> 0).toNumber();
            if (object.controllerEpoch != null)
                if ($Number(object.controllerEpoch) !== 0)
                    message.controllerEpoch = object.controllerEpoch | 0;
            if (object.records) {
                if (!$Array.isArray(object.records))
                    throw $TypeError(".ottla.MetadataBatch.records: array expected");
                message.records = $Array(object.records.length);
                for (let i = 0; i < object.records.length; ++i) {
                    if (!$util.isObject(object.records[i]))
                        throw $TypeError(".ottla.MetadataBatch.records: object expected");
                    message.records[i] = $root.ottla.MetadataRecord.fromObject(object.records[i], _depth + 1);
                }
            }
            return message;
        };

        MetadataBatch.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.records = [];
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.baseOffset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.baseOffset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.controllerEpoch = 0;
            }
            if (message.baseOffset != null && $Object.hasOwnProperty.call(message, "baseOffset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.baseOffset = typeof message.baseOffset === "number" ? $BigInt(message.baseOffset) : $util.Long.fromBits(message.baseOffset.low >>> 0, message.baseOffset.high >>> 0, false).toBigInt();
                else if (typeof message.baseOffset === "number")
                    object.baseOffset = options.longs === $String ? $String(message.baseOffset) : message.baseOffset;
                else
                    object.baseOffset = options.longs === $String ? $util.Long.prototype.toString.call(message.baseOffset) : options.longs === $Number ? new $util.LongBits(message.baseOffset.low >>> 0, message.baseOffset.high >>> 0).toNumber() : message.baseOffset;
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch"))
                object.controllerEpoch = message.controllerEpoch;
            if (message.records && message.records.length) {
                object.records = $Array(message.records.length);
                for (let j = 0; j < message.records.length; ++j)
                    object.records[j] = $root.ottla.MetadataRecord.toObject(message.records[j], options, _depth + 1);
            }
            return object;
        };

        MetadataBatch.prototype.toJSON = function() {
            return MetadataBatch.toObject(this, $protobuf.util.toJSONOptions);
        };

        return MetadataBatch;
    })();

    ottla.LogFrame = (function() {

        const LogFrame = function (properties) {
            this.batches = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        LogFrame.prototype.batches = $util.emptyArray;

        LogFrame.create = function(properties) {
            return new LogFrame(properties);
        };

        LogFrame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.batches != null && message.batches.length)
                for (let i = 0; i < message.batches.length; ++i)
                    $root.ottla.MetadataBatch.encode(message.batches[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        LogFrame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.LogFrame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.batches && message.batches.length))
                            message.batches = [];
                        message.batches.push($root.ottla.MetadataBatch.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        LogFrame.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.LogFrame)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.LogFrame: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.LogFrame();
            if (object.batches) {
                if (!$Array.isArray(object.batches))
                    throw $TypeError(".ottla.LogFrame.batches: array expected");
                message.batches = $Array(object.batches.length);
                for (let i = 0; i < object.batches.length; ++i) {
                    if (!$util.isObject(object.batches[i]))
                        throw $TypeError(".ottla.LogFrame.batches: object expected");
                    message.batches[i] = $root.ottla.MetadataBatch.fromObject(object.batches[i], _depth + 1);
                }
            }
            return message;
        };

        LogFrame.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.batches = [];
            if (message.batches && message.batches.length) {
                object.batches = $Array(message.batches.length);
                for (let j = 0; j < message.batches.length; ++j)
                    object.batches[j] = $root.ottla.MetadataBatch.toObject(message.batches[j], options, _depth + 1);
            }
            return object;
        };

        LogFrame.prototype.toJSON = function() {
            return LogFrame.toObject(this, $protobuf.util.toJSONOptions);
        };

        return LogFrame;
    })();

    ottla.SnapshotFrame = (function() {

        const SnapshotFrame = function (properties) {
            this.epochs = [];
            this.records = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        SnapshotFrame.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        SnapshotFrame.prototype.controllerEpoch = 0;
        SnapshotFrame.prototype.epochs = $util.emptyArray;
        SnapshotFrame.prototype.records = $util.emptyArray;
        SnapshotFrame.prototype.last = false;

        SnapshotFrame.create = function(properties) {
            return new SnapshotFrame(properties);
        };

        SnapshotFrame.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                writer.uint32(8).int64(message.offset);
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch") && message.controllerEpoch !== 0)
                writer.uint32(16).int32(message.controllerEpoch);
            if (message.epochs != null && message.epochs.length)
                for (let i = 0; i < message.epochs.length; ++i)
                    $root.ottla.EpochStart.encode(message.epochs[i], writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.records != null && message.records.length)
                for (let i = 0; i < message.records.length; ++i)
                    $root.ottla.MetadataRecord.encode(message.records[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                writer.uint32(40).bool(message.last);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        SnapshotFrame.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.SnapshotFrame();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.offset = value;
                        else
                            delete message.offset;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.controllerEpoch = value;
                        else
                            delete message.controllerEpoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.epochs && message.epochs.length))
                            message.epochs = [];
                        message.epochs.push($root.ottla.EpochStart.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.records && message.records.length))
                            message.records = [];
                        message.records.push($root.ottla.MetadataRecord.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.last = value;
                        else
                            delete message.last;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        SnapshotFrame.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.SnapshotFrame)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.SnapshotFrame: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.SnapshotFrame();
            if (object.offset != null)
                if (typeof object.offset === "object" ? object.offset.low || object.offset.high : $Number(object.offset) !== 0)
                    if ($util.Long)
                        message.offset = $util.Long.fromValue(object.offset, false);
                    else if (typeof object.offset === "string")
                        message.offset = $parseInt(object.offset, 10);
                    else if (typeof object.offset === "number")
                        message.offset = object.offset;
                    else if (typeof object.offset === "object")
                        message.offset = new $util.LongBits(object.offset.low >>> 0, object.offset.high >>> 0).toNumber();
            if (object.controllerEpoch != null)
                if ($Number(object.controllerEpoch) !== 0)
                    message.controllerEpoch = object.controllerEpoch | 0;
            if (object.epochs) {
                if (!$Array.isArray(object.epochs))
                    throw $TypeError(".ottla.SnapshotFrame.epochs: array expected");
                message.epochs = $Array(object.epochs.length);
                for (let i = 0; i < object.epochs.length; ++i) {
                    if (!$util.isObject(object.epochs[i]))
                        throw $TypeError(".ottla.SnapshotFrame.epochs: object expected");
                    message.epochs[i] = $root.ottla.EpochStart.fromObject(object.epochs[i], _depth + 1);
                }
            }
            if (object.records) {
                if (!$Array.isArray(object.records))
                    throw $TypeError(".ottla.SnapshotFrame.records: array expected");
                message.records = $Array(object.records.length);
                for (let i = 0; i < object.records.length; ++i) {
                    if (!$util.isObject(object.records[i]))
                        throw $TypeError(".ottla.SnapshotFrame.records: object expected");
                    message.records[i] = $root.ottla.MetadataRecord.fromObject(object.records[i], _depth + 1);
                }
            }
            if (object.last != null)
                if (object.last)
                    message.last = $Boolean(object.last);
            return message;
        };

        SnapshotFrame.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults) {
                object.epochs = [];
                object.records = [];
            }
            if (options.defaults) {
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.offset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.offset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.controllerEpoch = 0;
                object.last = false;
            }
            if (message.offset != null && $Object.hasOwnProperty.call(message, "offset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.offset = typeof message.offset === "number" ? $BigInt(message.offset) : $util.Long.fromBits(message.offset.low >>> 0, message.offset.high >>> 0, false).toBigInt();
                else if (typeof message.offset === "number")
                    object.offset = options.longs === $String ? $String(message.offset) : message.offset;
                else
                    object.offset = options.longs === $String ? $util.Long.prototype.toString.call(message.offset) : options.longs === $Number ? new $util.LongBits(message.offset.low >>> 0, message.offset.high >>> 0).toNumber() : message.offset;
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch"))
                object.controllerEpoch = message.controllerEpoch;
            if (message.epochs && message.epochs.length) {
                object.epochs = $Array(message.epochs.length);
                for (let j = 0; j < message.epochs.length; ++j)
                    object.epochs[j] = $root.ottla.EpochStart.toObject(message.epochs[j], options, _depth + 1);
            }
            if (message.records && message.records.length) {
                object.records = $Array(message.records.length);
                for (let j = 0; j < message.records.length; ++j)
                    object.records[j] = $root.ottla.MetadataRecord.toObject(message.records[j], options, _depth + 1);
            }
            if (message.last != null && $Object.hasOwnProperty.call(message, "last"))
                object.last = message.last;
            return object;
        };

        SnapshotFrame.prototype.toJSON = function() {
            return SnapshotFrame.toObject(this, $protobuf.util.toJSONOptions);
        };

        return SnapshotFrame;
    })();

    ottla.EpochStart = (function() {

        const EpochStart = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        EpochStart.prototype.controllerEpoch = 0;
        EpochStart.prototype.startOffset = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        EpochStart.create = function(properties) {
            return new EpochStart(properties);
        };

        EpochStart.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch") && message.controllerEpoch !== 0)
                writer.uint32(8).int32(message.controllerEpoch);
            if (message.startOffset != null && $Object.hasOwnProperty.call(message, "startOffset") && (typeof message.startOffset === "object" ? message.startOffset.low || message.startOffset.high : message.startOffset !== 0))
                writer.uint32(16).int64(message.startOffset);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        EpochStart.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.EpochStart();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.controllerEpoch = value;
                        else
                            delete message.controllerEpoch;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.startOffset = value;
                        else
                            delete message.startOffset;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        EpochStart.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.EpochStart)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.EpochStart: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.EpochStart();
            if (object.controllerEpoch != null)
                if ($Number(object.controllerEpoch) !== 0)
                    message.controllerEpoch = object.controllerEpoch | 0;
            if (object.startOffset != null)
                if (typeof object.startOffset === "object" ? object.startOffset.low || object.startOffset.high : $Number(object.startOffset) !== 0)
                    if ($util.Long)
                        message.startOffset = $util.Long.fromValue(object.startOffset, false);
                    else if (typeof object.startOffset === "string")
                        message.startOffset = $parseInt(object.startOffset, 10);
                    else if (typeof object.startOffset === "number")
                        message.startOffset = object.startOffset;
                    else if (typeof object.startOffset === "object")
                        message.startOffset = new $util.LongBits(object.startOffset.low >>> 0, object.startOffset.high >>> 0).toNumber();
            return message;
        };

        EpochStart.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.controllerEpoch = 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.startOffset = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.startOffset = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch"))
                object.controllerEpoch = message.controllerEpoch;
            if (message.startOffset != null && $Object.hasOwnProperty.call(message, "startOffset"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.startOffset = typeof message.startOffset === "number" ? $BigInt(message.startOffset) : $util.Long.fromBits(message.startOffset.low >>> 0, message.startOffset.high >>> 0, false).toBigInt();
                else if (typeof message.startOffset === "number")
                    object.startOffset = options.longs === $String ? $String(message.startOffset) : message.startOffset;
                else
                    object.startOffset = options.longs === $String ? $util.Long.prototype.toString.call(message.startOffset) : options.longs === $Number ? new $util.LongBits(message.startOffset.low >>> 0, message.startOffset.high >>> 0).toNumber() : message.startOffset;
            return object;
        };

        EpochStart.prototype.toJSON = function() {
            return EpochStart.toObject(this, $protobuf.util.toJSONOptions);
        };

        return EpochStart;
    })();

    ottla.MetadataRecord = (function() {

        const MetadataRecord = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        MetadataRecord.prototype.clusterCreated = null;
        MetadataRecord.prototype.controllerStarted = null;
        MetadataRecord.prototype.featureLevel = null;
        MetadataRecord.prototype.registerBroker = null;
        MetadataRecord.prototype.brokerChange = null;
        MetadataRecord.prototype.unregisterBroker = null;
        MetadataRecord.prototype.topic = null;
        MetadataRecord.prototype.partition = null;
        MetadataRecord.prototype.partitionChange = null;
        MetadataRecord.prototype.removeTopic = null;
        MetadataRecord.prototype.config = null;
        MetadataRecord.prototype.producerIds = null;

        let $oneOfFields;

        $Object.defineProperty(MetadataRecord.prototype, "type", {
            get: $util.oneOfGetter($oneOfFields = ["clusterCreated", "controllerStarted", "featureLevel", "registerBroker", "brokerChange", "unregisterBroker", "topic", "partition", "partitionChange", "removeTopic", "config", "producerIds"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        MetadataRecord.create = function(properties) {
            return new MetadataRecord(properties);
        };

        MetadataRecord.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.clusterCreated != null && $Object.hasOwnProperty.call(message, "clusterCreated"))
                $root.ottla.ClusterCreated.encode(message.clusterCreated, writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.controllerStarted != null && $Object.hasOwnProperty.call(message, "controllerStarted"))
                $root.ottla.ControllerStarted.encode(message.controllerStarted, writer.uint32(18).fork(), _depth + 1).ldelim();
            if (message.featureLevel != null && $Object.hasOwnProperty.call(message, "featureLevel"))
                $root.ottla.FeatureLevel.encode(message.featureLevel, writer.uint32(26).fork(), _depth + 1).ldelim();
            if (message.registerBroker != null && $Object.hasOwnProperty.call(message, "registerBroker"))
                $root.ottla.RegisterBroker.encode(message.registerBroker, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.brokerChange != null && $Object.hasOwnProperty.call(message, "brokerChange"))
                $root.ottla.BrokerChange.encode(message.brokerChange, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.unregisterBroker != null && $Object.hasOwnProperty.call(message, "unregisterBroker"))
                $root.ottla.UnregisterBroker.encode(message.unregisterBroker, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.topic != null && $Object.hasOwnProperty.call(message, "topic"))
                $root.ottla.Topic.encode(message.topic, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition"))
                $root.ottla.Partition.encode(message.partition, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.partitionChange != null && $Object.hasOwnProperty.call(message, "partitionChange"))
                $root.ottla.PartitionChange.encode(message.partitionChange, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.removeTopic != null && $Object.hasOwnProperty.call(message, "removeTopic"))
                $root.ottla.RemoveTopic.encode(message.removeTopic, writer.uint32(82).fork(), _depth + 1).ldelim();
            if (message.config != null && $Object.hasOwnProperty.call(message, "config"))
                $root.ottla.Config.encode(message.config, writer.uint32(90).fork(), _depth + 1).ldelim();
            if (message.producerIds != null && $Object.hasOwnProperty.call(message, "producerIds"))
                $root.ottla.ProducerIds.encode(message.producerIds, writer.uint32(98).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        MetadataRecord.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.MetadataRecord();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        message.clusterCreated = $root.ottla.ClusterCreated.decode(reader, reader.size(), $undefined, _depth + 1, message.clusterCreated);
                        message.type = "clusterCreated";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.controllerStarted = $root.ottla.ControllerStarted.decode(reader, reader.size(), $undefined, _depth + 1, message.controllerStarted);
                        message.type = "controllerStarted";
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        message.featureLevel = $root.ottla.FeatureLevel.decode(reader, reader.size(), $undefined, _depth + 1, message.featureLevel);
                        message.type = "featureLevel";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.registerBroker = $root.ottla.RegisterBroker.decode(reader, reader.size(), $undefined, _depth + 1, message.registerBroker);
                        message.type = "registerBroker";
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.brokerChange = $root.ottla.BrokerChange.decode(reader, reader.size(), $undefined, _depth + 1, message.brokerChange);
                        message.type = "brokerChange";
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.unregisterBroker = $root.ottla.UnregisterBroker.decode(reader, reader.size(), $undefined, _depth + 1, message.unregisterBroker);
                        message.type = "unregisterBroker";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.topic = $root.ottla.Topic.decode(reader, reader.size(), $undefined, _depth + 1, message.topic);
                        message.type = "topic";
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.partition = $root.ottla.Partition.decode(reader, reader.size(), $undefined, _depth + 1, message.partition);
                        message.type = "partition";
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.partitionChange = $root.ottla.PartitionChange.decode(reader, reader.size(), $undefined, _depth + 1, message.partitionChange);
                        message.type = "partitionChange";
                        continue;
                    }
                case 10: {
                        if (wireType !== 2)
                            break;
                        message.removeTopic = $root.ottla.RemoveTopic.decode(reader, reader.size(), $undefined, _depth + 1, message.removeTopic);
                        message.type = "removeTopic";
                        continue;
                    }
                case 11: {
                        if (wireType !== 2)
                            break;
                        message.config = $root.ottla.Config.decode(reader, reader.size(), $undefined, _depth + 1, message.config);
                        message.type = "config";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.producerIds = $root.ottla.ProducerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.producerIds);
                        message.type = "producerIds";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        MetadataRecord.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.MetadataRecord)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.MetadataRecord: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.MetadataRecord();
            if (object.clusterCreated != null) {
                if (!$util.isObject(object.clusterCreated))
                    throw $TypeError(".ottla.MetadataRecord.clusterCreated: object expected");
                message.clusterCreated = $root.ottla.ClusterCreated.fromObject(object.clusterCreated, _depth + 1);
            }
            if (object.controllerStarted != null) {
                if (!$util.isObject(object.controllerStarted))
                    throw $TypeError(".ottla.MetadataRecord.controllerStarted: object expected");
                message.controllerStarted = $root.ottla.ControllerStarted.fromObject(object.controllerStarted, _depth + 1);
            }
            if (object.featureLevel != null) {
                if (!$util.isObject(object.featureLevel))
                    throw $TypeError(".ottla.MetadataRecord.featureLevel: object expected");
                message.featureLevel = $root.ottla.FeatureLevel.fromObject(object.featureLevel, _depth + 1);
            }
            if (object.registerBroker != null) {
                if (!$util.isObject(object.registerBroker))
                    throw $TypeError(".ottla.MetadataRecord.registerBroker: object expected");
                message.registerBroker = $root.ottla.RegisterBroker.fromObject(object.registerBroker, _depth + 1);
            }
            if (object.brokerChange != null) {
                if (!$util.isObject(object.brokerChange))
                    throw $TypeError(".ottla.MetadataRecord.brokerChange: object expected");
                message.brokerChange = $root.ottla.BrokerChange.fromObject(object.brokerChange, _depth + 1);
            }
            if (object.unregisterBroker != null) {
                if (!$util.isObject(object.unregisterBroker))
                    throw $TypeError(".ottla.MetadataRecord.unregisterBroker: object expected");
                message.unregisterBroker = $root.ottla.UnregisterBroker.fromObject(object.unregisterBroker, _depth + 1);
            }
            if (object.topic != null) {
                if (!$util.isObject(object.topic))
                    throw $TypeError(".ottla.MetadataRecord.topic: object expected");
                message.topic = $root.ottla.Topic.fromObject(object.topic, _depth + 1);
            }
            if (object.partition != null) {
                if (!$util.isObject(object.partition))
                    throw $TypeError(".ottla.MetadataRecord.partition: object expected");
                message.partition = $root.ottla.Partition.fromObject(object.partition, _depth + 1);
            }
            if (object.partitionChange != null) {
                if (!$util.isObject(object.partitionChange))
                    throw $TypeError(".ottla.MetadataRecord.partitionChange: object expected");
                message.partitionChange = $root.ottla.PartitionChange.fromObject(object.partitionChange, _depth + 1);
            }
            if (object.removeTopic != null) {
                if (!$util.isObject(object.removeTopic))
                    throw $TypeError(".ottla.MetadataRecord.removeTopic: object expected");
                message.removeTopic = $root.ottla.RemoveTopic.fromObject(object.removeTopic, _depth + 1);
            }
            if (object.config != null) {
                if (!$util.isObject(object.config))
                    throw $TypeError(".ottla.MetadataRecord.config: object expected");
                message.config = $root.ottla.Config.fromObject(object.config, _depth + 1);
            }
            if (object.producerIds != null) {
                if (!$util.isObject(object.producerIds))
                    throw $TypeError(".ottla.MetadataRecord.producerIds: object expected");
                message.producerIds = $root.ottla.ProducerIds.fromObject(object.producerIds, _depth + 1);
            }
            return message;
        };

        MetadataRecord.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (message.clusterCreated != null && $Object.hasOwnProperty.call(message, "clusterCreated")) {
                object.clusterCreated = $root.ottla.ClusterCreated.toObject(message.clusterCreated, options, _depth + 1);
                if (options.oneofs)
                    object.type = "clusterCreated";
            }
            if (message.controllerStarted != null && $Object.hasOwnProperty.call(message, "controllerStarted")) {
                object.controllerStarted = $root.ottla.ControllerStarted.toObject(message.controllerStarted, options, _depth + 1);
                if (options.oneofs)
                    object.type = "controllerStarted";
            }
            if (message.featureLevel != null && $Object.hasOwnProperty.call(message, "featureLevel")) {
                object.featureLevel = $root.ottla.FeatureLevel.toObject(message.featureLevel, options, _depth + 1);
                if (options.oneofs)
                    object.type = "featureLevel";
            }
            if (message.registerBroker != null && $Object.hasOwnProperty.call(message, "registerBroker")) {
                object.registerBroker = $root.ottla.RegisterBroker.toObject(message.registerBroker, options, _depth + 1);
                if (options.oneofs)
                    object.type = "registerBroker";
            }
            if (message.brokerChange != null && $Object.hasOwnProperty.call(message, "brokerChange")) {
                object.brokerChange = $root.ottla.BrokerChange.toObject(message.brokerChange, options, _depth + 1);
                if (options.oneofs)
                    object.type = "brokerChange";
            }
            if (message.unregisterBroker != null && $Object.hasOwnProperty.call(message, "unregisterBroker")) {
                object.unregisterBroker = $root.ottla.UnregisterBroker.toObject(message.unregisterBroker, options, _depth + 1);
                if (options.oneofs)
                    object.type = "unregisterBroker";
            }
            if (message.topic != null && $Object.hasOwnProperty.call(message, "topic")) {
                object.topic = $root.ottla.Topic.toObject(message.topic, options, _depth + 1);
                if (options.oneofs)
                    object.type = "topic";
            }
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition")) {
                object.partition = $root.ottla.Partition.toObject(message.partition, options, _depth + 1);
                if (options.oneofs)
                    object.type = "partition";
            }
            if (message.partitionChange != null && $Object.hasOwnProperty.call(message, "partitionChange")) {
                object.partitionChange = $root.ottla.PartitionChange.toObject(message.partitionChange, options, _depth + 1);
                if (options.oneofs)
                    object.type = "partitionChange";
            }
            if (message.removeTopic != null && $Object.hasOwnProperty.call(message, "removeTopic")) {
                object.removeTopic = $root.ottla.RemoveTopic.toObject(message.removeTopic, options, _depth + 1);
                if (options.oneofs)
                    object.type = "removeTopic";
            }
            if (message.config != null && $Object.hasOwnProperty.call(message, "config")) {
                object.config = $root.ottla.Config.toObject(message.config, options, _depth + 1);
                if (options.oneofs)
                    object.type = "config";
            }
            if (message.producerIds != null && $Object.hasOwnProperty.call(message, "producerIds")) {
                object.producerIds = $root.ottla.ProducerIds.toObject(message.producerIds, options, _depth + 1);
                if (options.oneofs)
                    object.type = "producerIds";
            }
            return object;
        };

        MetadataRecord.prototype.toJSON = function() {
            return MetadataRecord.toObject(this, $protobuf.util.toJSONOptions);
        };

        return MetadataRecord;
    })();

    ottla.ClusterCreated = (function() {

        const ClusterCreated = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ClusterCreated.prototype.clusterId = "";

        ClusterCreated.create = function(properties) {
            return new ClusterCreated(properties);
        };

        ClusterCreated.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                writer.uint32(10).string(message.clusterId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ClusterCreated.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.ClusterCreated();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.clusterId = value;
                        else
                            delete message.clusterId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ClusterCreated.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.ClusterCreated)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.ClusterCreated: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.ClusterCreated();
            if (object.clusterId != null)
                if (typeof object.clusterId !== "string" || object.clusterId.length)
                    message.clusterId = $String(object.clusterId);
            return message;
        };

        ClusterCreated.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.clusterId = "";
            if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId"))
                object.clusterId = message.clusterId;
            return object;
        };

        ClusterCreated.prototype.toJSON = function() {
            return ClusterCreated.toObject(this, $protobuf.util.toJSONOptions);
        };

        return ClusterCreated;
    })();

    ottla.ControllerStarted = (function() {

        const ControllerStarted = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ControllerStarted.prototype.controllerEpoch = 0;

        ControllerStarted.create = function(properties) {
            return new ControllerStarted(properties);
        };

        ControllerStarted.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch") && message.controllerEpoch !== 0)
                writer.uint32(8).int32(message.controllerEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ControllerStarted.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.ControllerStarted();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.controllerEpoch = value;
                        else
                            delete message.controllerEpoch;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ControllerStarted.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.ControllerStarted)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.ControllerStarted: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.ControllerStarted();
            if (object.controllerEpoch != null)
                if ($Number(object.controllerEpoch) !== 0)
                    message.controllerEpoch = object.controllerEpoch | 0;
            return message;
        };

        ControllerStarted.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.controllerEpoch = 0;
            if (message.controllerEpoch != null && $Object.hasOwnProperty.call(message, "controllerEpoch"))
                object.controllerEpoch = message.controllerEpoch;
            return object;
        };

        ControllerStarted.prototype.toJSON = function() {
            return ControllerStarted.toObject(this, $protobuf.util.toJSONOptions);
        };

        return ControllerStarted;
    })();

    ottla.FeatureLevel = (function() {

        const FeatureLevel = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        FeatureLevel.prototype.name = "";
        FeatureLevel.prototype.level = 0;

        FeatureLevel.create = function(properties) {
            return new FeatureLevel(properties);
        };

        FeatureLevel.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(10).string(message.name);
            if (message.level != null && $Object.hasOwnProperty.call(message, "level") && message.level !== 0)
                writer.uint32(16).int32(message.level);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        FeatureLevel.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.FeatureLevel();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.level = value;
                        else
                            delete message.level;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        FeatureLevel.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.FeatureLevel)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.FeatureLevel: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.FeatureLevel();
            if (object.name != null)
                if (typeof object.name !== "string" || object.name.length)
                    message.name = $String(object.name);
            if (object.level != null)
                if ($Number(object.level) !== 0)
                    message.level = object.level | 0;
            return message;
        };

        FeatureLevel.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.name = "";
                object.level = 0;
            }
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                object.name = message.name;
            if (message.level != null && $Object.hasOwnProperty.call(message, "level"))
                object.level = message.level;
            return object;
        };

        FeatureLevel.prototype.toJSON = function() {
            return FeatureLevel.toObject(this, $protobuf.util.toJSONOptions);
        };

        return FeatureLevel;
    })();

    ottla.BrokerListener = (function() {

        const BrokerListener = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        BrokerListener.prototype.name = "";
        BrokerListener.prototype.securityProtocol = "";
        BrokerListener.prototype.host = "";
        BrokerListener.prototype.port = 0;

        BrokerListener.create = function(properties) {
            return new BrokerListener(properties);
        };

        BrokerListener.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(10).string(message.name);
            if (message.securityProtocol != null && $Object.hasOwnProperty.call(message, "securityProtocol") && message.securityProtocol !== "")
                writer.uint32(18).string(message.securityProtocol);
            if (message.host != null && $Object.hasOwnProperty.call(message, "host") && message.host !== "")
                writer.uint32(26).string(message.host);
            if (message.port != null && $Object.hasOwnProperty.call(message, "port") && message.port !== 0)
                writer.uint32(32).int32(message.port);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        BrokerListener.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.BrokerListener();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.securityProtocol = value;
                        else
                            delete message.securityProtocol;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.host = value;
                        else
                            delete message.host;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.port = value;
                        else
                            delete message.port;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        BrokerListener.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.BrokerListener)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.BrokerListener: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.BrokerListener();
            if (object.name != null)
                if (typeof object.name !== "string" || object.name.length)
                    message.name = $String(object.name);
            if (object.securityProtocol != null)
                if (typeof object.securityProtocol !== "string" || object.securityProtocol.length)
                    message.securityProtocol = $String(object.securityProtocol);
            if (object.host != null)
                if (typeof object.host !== "string" || object.host.length)
                    message.host = $String(object.host);
            if (object.port != null)
                if ($Number(object.port) !== 0)
                    message.port = object.port | 0;
            return message;
        };

        BrokerListener.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.name = "";
                object.securityProtocol = "";
                object.host = "";
                object.port = 0;
            }
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                object.name = message.name;
            if (message.securityProtocol != null && $Object.hasOwnProperty.call(message, "securityProtocol"))
                object.securityProtocol = message.securityProtocol;
            if (message.host != null && $Object.hasOwnProperty.call(message, "host"))
                object.host = message.host;
            if (message.port != null && $Object.hasOwnProperty.call(message, "port"))
                object.port = message.port;
            return object;
        };

        BrokerListener.prototype.toJSON = function() {
            return BrokerListener.toObject(this, $protobuf.util.toJSONOptions);
        };

        return BrokerListener;
    })();

    ottla.RegisterBroker = (function() {

        const RegisterBroker = function (properties) {
            this.listeners = [];
            this.directoryIds = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RegisterBroker.prototype.id = 0;
        RegisterBroker.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        RegisterBroker.prototype.incarnationId = "";
        RegisterBroker.prototype.listeners = $util.emptyArray;
        RegisterBroker.prototype.rack = null;
        RegisterBroker.prototype.fenced = false;
        RegisterBroker.prototype.shuttingDown = false;
        RegisterBroker.prototype.directoryIds = $util.emptyArray;
        RegisterBroker.prototype.filesEpoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(RegisterBroker.prototype, "_rack", {
            get: $util.oneOfGetter($oneOfFields = ["rack"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        RegisterBroker.create = function(properties) {
            return new RegisterBroker(properties);
        };

        RegisterBroker.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(8).int32(message.id);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(16).int64(message.epoch);
            if (message.incarnationId != null && $Object.hasOwnProperty.call(message, "incarnationId") && message.incarnationId !== "")
                writer.uint32(26).string(message.incarnationId);
            if (message.listeners != null && message.listeners.length)
                for (let i = 0; i < message.listeners.length; ++i)
                    $root.ottla.BrokerListener.encode(message.listeners[i], writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.rack != null && $Object.hasOwnProperty.call(message, "rack"))
                writer.uint32(42).string(message.rack);
            if (message.fenced != null && $Object.hasOwnProperty.call(message, "fenced") && message.fenced !== false)
                writer.uint32(48).bool(message.fenced);
            if (message.shuttingDown != null && $Object.hasOwnProperty.call(message, "shuttingDown") && message.shuttingDown !== false)
                writer.uint32(56).bool(message.shuttingDown);
            if (message.directoryIds != null && message.directoryIds.length)
                for (let i = 0; i < message.directoryIds.length; ++i)
                    writer.uint32(66).string(message.directoryIds[i]);
            if (message.filesEpoch != null && $Object.hasOwnProperty.call(message, "filesEpoch") && (typeof message.filesEpoch === "object" ? message.filesEpoch.low || message.filesEpoch.high : message.filesEpoch !== 0))
                writer.uint32(72).int64(message.filesEpoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RegisterBroker.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.RegisterBroker();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.incarnationId = value;
                        else
                            delete message.incarnationId;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.listeners && message.listeners.length))
                            message.listeners = [];
                        message.listeners.push($root.ottla.BrokerListener.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.rack = reader.stringVerify();
                        message._rack = "rack";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.fenced = value;
                        else
                            delete message.fenced;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.shuttingDown = value;
                        else
                            delete message.shuttingDown;
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.directoryIds && message.directoryIds.length))
                            message.directoryIds = [];
                        message.directoryIds.push(reader.stringVerify());
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.filesEpoch = value;
                        else
                            delete message.filesEpoch;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RegisterBroker.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.RegisterBroker)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.RegisterBroker: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.RegisterBroker();
            if (object.id != null)
                if ($Number(object.id) !== 0)
                    message.id = object.id | 0;
            if (object.epoch != null)
                if (typeof object.epoch === "object" ? object.epoch.low || object.epoch.high : $Number(object.epoch) !== 0)
                    if ($util.Long)
                        message.epoch = $util.Long.fromValue(object.epoch, false);
                    else if (typeof object.epoch === "string")
                        message.epoch = $parseInt(object.epoch, 10);
                    else if (typeof object.epoch === "number")
                        message.epoch = object.epoch;
                    else if (typeof object.epoch === "object")
                        message.epoch = new $util.LongBits(object.epoch.low >>> 0, object.epoch.high >>> 0).toNumber();
            if (object.incarnationId != null)
                if (typeof object.incarnationId !== "string" || object.incarnationId.length)
                    message.incarnationId = $String(object.incarnationId);
            if (object.listeners) {
                if (!$Array.isArray(object.listeners))
                    throw $TypeError(".ottla.RegisterBroker.listeners: array expected");
                message.listeners = $Array(object.listeners.length);
                for (let i = 0; i < object.listeners.length; ++i) {
                    if (!$util.isObject(object.listeners[i]))
                        throw $TypeError(".ottla.RegisterBroker.listeners: object expected");
                    message.listeners[i] = $root.ottla.BrokerListener.fromObject(object.listeners[i], _depth + 1);
                }
            }
            if (object.rack != null)
                message.rack = $String(object.rack);
            if (object.fenced != null)
                if (object.fenced)
                    message.fenced = $Boolean(object.fenced);
            if (object.shuttingDown != null)
                if (object.shuttingDown)
                    message.shuttingDown = $Boolean(object.shuttingDown);
            if (object.directoryIds) {
                if (!$Array.isArray(object.directoryIds))
                    throw $TypeError(".ottla.RegisterBroker.directoryIds: array expected");
                message.directoryIds = $Array(object.directoryIds.length);
                for (let i = 0; i < object.directoryIds.length; ++i)
                    message.directoryIds[i] = $String(object.directoryIds[i]);
            }
            if (object.filesEpoch != null)
                if (typeof object.filesEpoch === "object" ? object.filesEpoch.low || object.filesEpoch.high : $Number(object.filesEpoch) !== 0)
                    if ($util.Long)
                        message.filesEpoch = $util.Long.fromValue(object.filesEpoch, false);
                    else if (typeof object.filesEpoch === "string")
                        message.filesEpoch = $parseInt(object.filesEpoch, 10);
                    else if (typeof object.filesEpoch === "number")
                        message.filesEpoch = object.filesEpoch;
                    else if (typeof object.filesEpoch === "object")
                        message.filesEpoch = new $util.LongBits(object.filesEpoch.low >>> 0, object.filesEpoch.high >>> 0).toNumber();
            return message;
        };

        RegisterBroker.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults) {
                object.listeners = [];
                object.directoryIds = [];
            }
            if (options.defaults) {
                object.id = 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.epoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.epoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                object.incarnationId = "";
                object.fenced = false;
                object.shuttingDown = false;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.filesEpoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.filesEpoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                object.id = message.id;
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.epoch = typeof message.epoch === "number" ? $BigInt(message.epoch) : $util.Long.fromBits(message.epoch.low >>> 0, message.epoch.high >>> 0, false).toBigInt();
                else if (typeof message.epoch === "number")
                    object.epoch = options.longs === $String ? $String(message.epoch) : message.epoch;
                else
                    object.epoch = options.longs === $String ? $util.Long.prototype.toString.call(message.epoch) : options.longs === $Number ? new $util.LongBits(message.epoch.low >>> 0, message.epoch.high >>> 0).toNumber() : message.epoch;
            if (message.incarnationId != null && $Object.hasOwnProperty.call(message, "incarnationId"))
                object.incarnationId = message.incarnationId;
            if (message.listeners && message.listeners.length) {
                object.listeners = $Array(message.listeners.length);
                for (let j = 0; j < message.listeners.length; ++j)
                    object.listeners[j] = $root.ottla.BrokerListener.toObject(message.listeners[j], options, _depth + 1);
            }
            if (message.rack != null && $Object.hasOwnProperty.call(message, "rack"))
                object.rack = message.rack;
            if (message.fenced != null && $Object.hasOwnProperty.call(message, "fenced"))
                object.fenced = message.fenced;
            if (message.shuttingDown != null && $Object.hasOwnProperty.call(message, "shuttingDown"))
                object.shuttingDown = message.shuttingDown;
            if (message.directoryIds && message.directoryIds.length) {
                object.directoryIds = $Array(message.directoryIds.length);
                for (let j = 0; j < message.directoryIds.length; ++j)
                    object.directoryIds[j] = message.directoryIds[j];
            }
            if (message.filesEpoch != null && $Object.hasOwnProperty.call(message, "filesEpoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.filesEpoch = typeof message.filesEpoch === "number" ? $BigInt(message.filesEpoch) : $util.Long.fromBits(message.filesEpoch.low >>> 0, message.filesEpoch.high >>> 0, false).toBigInt();
                else if (typeof message.filesEpoch === "number")
                    object.filesEpoch = options.longs === $String ? $String(message.filesEpoch) : message.filesEpoch;
                else
                    object.filesEpoch = options.longs === $String ? $util.Long.prototype.toString.call(message.filesEpoch) : options.longs === $Number ? new $util.LongBits(message.filesEpoch.low >>> 0, message.filesEpoch.high >>> 0).toNumber() : message.filesEpoch;
            return object;
        };

        RegisterBroker.prototype.toJSON = function() {
            return RegisterBroker.toObject(this, $protobuf.util.toJSONOptions);
        };

        return RegisterBroker;
    })();

    ottla.BrokerChange = (function() {

        const BrokerChange = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        BrokerChange.prototype.id = 0;
        BrokerChange.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        BrokerChange.prototype.fenced = null;
        BrokerChange.prototype.shuttingDown = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(BrokerChange.prototype, "_fenced", {
            get: $util.oneOfGetter($oneOfFields = ["fenced"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(BrokerChange.prototype, "_shuttingDown", {
            get: $util.oneOfGetter($oneOfFields = ["shuttingDown"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        BrokerChange.create = function(properties) {
            return new BrokerChange(properties);
        };

        BrokerChange.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(8).int32(message.id);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(16).int64(message.epoch);
            if (message.fenced != null && $Object.hasOwnProperty.call(message, "fenced"))
                writer.uint32(24).bool(message.fenced);
            if (message.shuttingDown != null && $Object.hasOwnProperty.call(message, "shuttingDown"))
                writer.uint32(32).bool(message.shuttingDown);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        BrokerChange.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.BrokerChange();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        message.fenced = reader.bool();
                        message._fenced = "fenced";
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.shuttingDown = reader.bool();
                        message._shuttingDown = "shuttingDown";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        BrokerChange.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.BrokerChange)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.BrokerChange: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.BrokerChange();
            if (object.id != null)
                if ($Number(object.id) !== 0)
                    message.id = object.id | 0;
            if (object.epoch != null)
                if (typeof object.epoch === "object" ? object.epoch.low || object.epoch.high : $Number(object.epoch) !== 0)
                    if ($util.Long)
                        message.epoch = $util.Long.fromValue(object.epoch, false);
                    else if (typeof object.epoch === "string")
                        message.epoch = $parseInt(object.epoch, 10);
                    else if (typeof object.epoch === "number")
                        message.epoch = object.epoch;
                    else if (typeof object.epoch === "object")
                        message.epoch = new $util.LongBits(object.epoch.low >>> 0, object.epoch.high >>> 0).toNumber();
            if (object.fenced != null)
                message.fenced = $Boolean(object.fenced);
            if (object.shuttingDown != null)
                message.shuttingDown = $Boolean(object.shuttingDown);
            return message;
        };

        BrokerChange.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.id = 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.epoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.epoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                object.id = message.id;
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.epoch = typeof message.epoch === "number" ? $BigInt(message.epoch) : $util.Long.fromBits(message.epoch.low >>> 0, message.epoch.high >>> 0, false).toBigInt();
                else if (typeof message.epoch === "number")
                    object.epoch = options.longs === $String ? $String(message.epoch) : message.epoch;
                else
                    object.epoch = options.longs === $String ? $util.Long.prototype.toString.call(message.epoch) : options.longs === $Number ? new $util.LongBits(message.epoch.low >>> 0, message.epoch.high >>> 0).toNumber() : message.epoch;
            if (message.fenced != null && $Object.hasOwnProperty.call(message, "fenced"))
                object.fenced = message.fenced;
            if (message.shuttingDown != null && $Object.hasOwnProperty.call(message, "shuttingDown"))
                object.shuttingDown = message.shuttingDown;
            return object;
        };

        BrokerChange.prototype.toJSON = function() {
            return BrokerChange.toObject(this, $protobuf.util.toJSONOptions);
        };

        return BrokerChange;
    })();

    ottla.UnregisterBroker = (function() {

        const UnregisterBroker = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        UnregisterBroker.prototype.id = 0;
        UnregisterBroker.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        UnregisterBroker.create = function(properties) {
            return new UnregisterBroker(properties);
        };

        UnregisterBroker.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                writer.uint32(8).int32(message.id);
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                writer.uint32(16).int64(message.epoch);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        UnregisterBroker.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.UnregisterBroker();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.epoch = value;
                        else
                            delete message.epoch;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        UnregisterBroker.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.UnregisterBroker)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.UnregisterBroker: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.UnregisterBroker();
            if (object.id != null)
                if ($Number(object.id) !== 0)
                    message.id = object.id | 0;
            if (object.epoch != null)
                if (typeof object.epoch === "object" ? object.epoch.low || object.epoch.high : $Number(object.epoch) !== 0)
                    if ($util.Long)
                        message.epoch = $util.Long.fromValue(object.epoch, false);
                    else if (typeof object.epoch === "string")
                        message.epoch = $parseInt(object.epoch, 10);
                    else if (typeof object.epoch === "number")
                        message.epoch = object.epoch;
                    else if (typeof object.epoch === "object")
                        message.epoch = new $util.LongBits(object.epoch.low >>> 0, object.epoch.high >>> 0).toNumber();
            return message;
        };

        UnregisterBroker.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.id = 0;
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.epoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.epoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            }
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                object.id = message.id;
            if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.epoch = typeof message.epoch === "number" ? $BigInt(message.epoch) : $util.Long.fromBits(message.epoch.low >>> 0, message.epoch.high >>> 0, false).toBigInt();
                else if (typeof message.epoch === "number")
                    object.epoch = options.longs === $String ? $String(message.epoch) : message.epoch;
                else
                    object.epoch = options.longs === $String ? $util.Long.prototype.toString.call(message.epoch) : options.longs === $Number ? new $util.LongBits(message.epoch.low >>> 0, message.epoch.high >>> 0).toNumber() : message.epoch;
            return object;
        };

        UnregisterBroker.prototype.toJSON = function() {
            return UnregisterBroker.toObject(this, $protobuf.util.toJSONOptions);
        };

        return UnregisterBroker;
    })();

    ottla.Topic = (function() {

        const Topic = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Topic.prototype.name = "";
        Topic.prototype.id = "";

        Topic.create = function(properties) {
            return new Topic(properties);
        };

        Topic.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(10).string(message.name);
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                writer.uint32(18).string(message.id);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Topic.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Topic();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Topic.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Topic)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Topic: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Topic();
            if (object.name != null)
                if (typeof object.name !== "string" || object.name.length)
                    message.name = $String(object.name);
            if (object.id != null)
                if (typeof object.id !== "string" || object.id.length)
                    message.id = $String(object.id);
            return message;
        };

        Topic.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.name = "";
                object.id = "";
            }
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                object.name = message.name;
            if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                object.id = message.id;
            return object;
        };

        Topic.prototype.toJSON = function() {
            return Topic.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Topic;
    })();

    ottla.Partition = (function() {

        const Partition = function (properties) {
            this.replicas = [];
            this.isr = [];
            this.elr = [];
            this.lastKnownElr = [];
            this.addingReplicas = [];
            this.removingReplicas = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Partition.prototype.topicId = "";
        Partition.prototype.partition = 0;
        Partition.prototype.replicas = $util.emptyArray;
        Partition.prototype.isr = $util.emptyArray;
        Partition.prototype.leader = 0;
        Partition.prototype.leaderEpoch = 0;
        Partition.prototype.partitionEpoch = 0;
        Partition.prototype.elr = $util.emptyArray;
        Partition.prototype.lastKnownElr = $util.emptyArray;
        Partition.prototype.addingReplicas = $util.emptyArray;
        Partition.prototype.removingReplicas = $util.emptyArray;
        Partition.prototype.leaderRecoveryState = 0;

        Partition.create = function(properties) {
            return new Partition(properties);
        };

        Partition.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId") && message.topicId !== "")
                writer.uint32(10).string(message.topicId);
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition") && message.partition !== 0)
                writer.uint32(16).int32(message.partition);
            if (message.replicas != null && message.replicas.length)
                writer.uint32(26).int32s(message.replicas);
            if (message.isr != null && message.isr.length)
                writer.uint32(34).int32s(message.isr);
            if (message.leader != null && $Object.hasOwnProperty.call(message, "leader") && message.leader !== 0)
                writer.uint32(40).int32(message.leader);
            if (message.leaderEpoch != null && $Object.hasOwnProperty.call(message, "leaderEpoch") && message.leaderEpoch !== 0)
                writer.uint32(48).int32(message.leaderEpoch);
            if (message.partitionEpoch != null && $Object.hasOwnProperty.call(message, "partitionEpoch") && message.partitionEpoch !== 0)
                writer.uint32(56).int32(message.partitionEpoch);
            if (message.elr != null && message.elr.length)
                writer.uint32(66).int32s(message.elr);
            if (message.lastKnownElr != null && message.lastKnownElr.length)
                writer.uint32(74).int32s(message.lastKnownElr);
            if (message.addingReplicas != null && message.addingReplicas.length)
                writer.uint32(82).int32s(message.addingReplicas);
            if (message.removingReplicas != null && message.removingReplicas.length)
                writer.uint32(90).int32s(message.removingReplicas);
            if (message.leaderRecoveryState != null && $Object.hasOwnProperty.call(message, "leaderRecoveryState") && message.leaderRecoveryState !== 0)
                writer.uint32(96).int32(message.leaderRecoveryState);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Partition.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Partition();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.topicId = value;
                        else
                            delete message.topicId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.partition = value;
                        else
                            delete message.partition;
                        continue;
                    }
                case 3: {
                        if (wireType === 2) {
                            if (!(message.replicas && message.replicas.length))
                                message.replicas = [];
                            reader.int32s(message.replicas);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.replicas && message.replicas.length))
                            message.replicas = [];
                        message.replicas.push(reader.int32());
                        continue;
                    }
                case 4: {
                        if (wireType === 2) {
                            if (!(message.isr && message.isr.length))
                                message.isr = [];
                            reader.int32s(message.isr);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.isr && message.isr.length))
                            message.isr = [];
                        message.isr.push(reader.int32());
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.leader = value;
                        else
                            delete message.leader;
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.leaderEpoch = value;
                        else
                            delete message.leaderEpoch;
                        continue;
                    }
                case 7: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.partitionEpoch = value;
                        else
                            delete message.partitionEpoch;
                        continue;
                    }
                case 8: {
                        if (wireType === 2) {
                            if (!(message.elr && message.elr.length))
                                message.elr = [];
                            reader.int32s(message.elr);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.elr && message.elr.length))
                            message.elr = [];
                        message.elr.push(reader.int32());
                        continue;
                    }
                case 9: {
                        if (wireType === 2) {
                            if (!(message.lastKnownElr && message.lastKnownElr.length))
                                message.lastKnownElr = [];
                            reader.int32s(message.lastKnownElr);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.lastKnownElr && message.lastKnownElr.length))
                            message.lastKnownElr = [];
                        message.lastKnownElr.push(reader.int32());
                        continue;
                    }
                case 10: {
                        if (wireType === 2) {
                            if (!(message.addingReplicas && message.addingReplicas.length))
                                message.addingReplicas = [];
                            reader.int32s(message.addingReplicas);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.addingReplicas && message.addingReplicas.length))
                            message.addingReplicas = [];
                        message.addingReplicas.push(reader.int32());
                        continue;
                    }
                case 11: {
                        if (wireType === 2) {
                            if (!(message.removingReplicas && message.removingReplicas.length))
                                message.removingReplicas = [];
                            reader.int32s(message.removingReplicas);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.removingReplicas && message.removingReplicas.length))
                            message.removingReplicas = [];
                        message.removingReplicas.push(reader.int32());
                        continue;
                    }
                case 12: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.leaderRecoveryState = value;
                        else
                            delete message.leaderRecoveryState;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Partition.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Partition)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Partition: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Partition();
            if (object.topicId != null)
                if (typeof object.topicId !== "string" || object.topicId.length)
                    message.topicId = $String(object.topicId);
            if (object.partition != null)
                if ($Number(object.partition) !== 0)
                    message.partition = object.partition | 0;
            if (object.replicas) {
                if (!$Array.isArray(object.replicas))
                    throw $TypeError(".ottla.Partition.replicas: array expected");
                message.replicas = $Array(object.replicas.length);
                for (let i = 0; i < object.replicas.length; ++i)
                    message.replicas[i] = object.replicas[i] | 0;
            }
            if (object.isr) {
                if (!$Array.isArray(object.isr))
                    throw $TypeError(".ottla.Partition.isr: array expected");
                message.isr = $Array(object.isr.length);
                for (let i = 0; i < object.isr.length; ++i)
                    message.isr[i] = object.isr[i] | 0;
            }
            if (object.leader != null)
                if ($Number(object.leader) !== 0)
                    message.leader = object.leader | 0;
            if (object.leaderEpoch != null)
                if ($Number(object.leaderEpoch) !== 0)
                    message.leaderEpoch = object.leaderEpoch | 0;
            if (object.partitionEpoch != null)
                if ($Number(object.partitionEpoch) !== 0)
                    message.partitionEpoch = object.partitionEpoch | 0;
            if (object.elr) {
                if (!$Array.isArray(object.elr))
                    throw $TypeError(".ottla.Partition.elr: array expected");
                message.elr = $Array(object.elr.length);
                for (let i = 0; i < object.elr.length; ++i)
                    message.elr[i] = object.elr[i] | 0;
            }
            if (object.lastKnownElr) {
                if (!$Array.isArray(object.lastKnownElr))
                    throw $TypeError(".ottla.Partition.lastKnownElr: array expected");
                message.lastKnownElr = $Array(object.lastKnownElr.length);
                for (let i = 0; i < object.lastKnownElr.length; ++i)
                    message.lastKnownElr[i] = object.lastKnownElr[i] | 0;
            }
            if (object.addingReplicas) {
                if (!$Array.isArray(object.addingReplicas))
                    throw $TypeError(".ottla.Partition.addingReplicas: array expected");
                message.addingReplicas = $Array(object.addingReplicas.length);
                for (let i = 0; i < object.addingReplicas.length; ++i)
                    message.addingReplicas[i] = object.addingReplicas[i] | 0;
            }
            if (object.removingReplicas) {
                if (!$Array.isArray(object.removingReplicas))
                    throw $TypeError(".ottla.Partition.removingReplicas: array expected");
                message.removingReplicas = $Array(object.removingReplicas.length);
                for (let i = 0; i < object.removingReplicas.length; ++i)
                    message.removingReplicas[i] = object.removingReplicas[i] | 0;
            }
            if (object.leaderRecoveryState != null)
                if ($Number(object.leaderRecoveryState) !== 0)
                    message.leaderRecoveryState = object.leaderRecoveryState | 0;
            return message;
        };

        Partition.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults) {
                object.replicas = [];
                object.isr = [];
                object.elr = [];
                object.lastKnownElr = [];
                object.addingReplicas = [];
                object.removingReplicas = [];
            }
            if (options.defaults) {
                object.topicId = "";
                object.partition = 0;
                object.leader = 0;
                object.leaderEpoch = 0;
                object.partitionEpoch = 0;
                object.leaderRecoveryState = 0;
            }
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId"))
                object.topicId = message.topicId;
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition"))
                object.partition = message.partition;
            if (message.replicas && message.replicas.length) {
                object.replicas = $Array(message.replicas.length);
                for (let j = 0; j < message.replicas.length; ++j)
                    object.replicas[j] = message.replicas[j];
            }
            if (message.isr && message.isr.length) {
                object.isr = $Array(message.isr.length);
                for (let j = 0; j < message.isr.length; ++j)
                    object.isr[j] = message.isr[j];
            }
            if (message.leader != null && $Object.hasOwnProperty.call(message, "leader"))
                object.leader = message.leader;
            if (message.leaderEpoch != null && $Object.hasOwnProperty.call(message, "leaderEpoch"))
                object.leaderEpoch = message.leaderEpoch;
            if (message.partitionEpoch != null && $Object.hasOwnProperty.call(message, "partitionEpoch"))
                object.partitionEpoch = message.partitionEpoch;
            if (message.elr && message.elr.length) {
                object.elr = $Array(message.elr.length);
                for (let j = 0; j < message.elr.length; ++j)
                    object.elr[j] = message.elr[j];
            }
            if (message.lastKnownElr && message.lastKnownElr.length) {
                object.lastKnownElr = $Array(message.lastKnownElr.length);
                for (let j = 0; j < message.lastKnownElr.length; ++j)
                    object.lastKnownElr[j] = message.lastKnownElr[j];
            }
            if (message.addingReplicas && message.addingReplicas.length) {
                object.addingReplicas = $Array(message.addingReplicas.length);
                for (let j = 0; j < message.addingReplicas.length; ++j)
                    object.addingReplicas[j] = message.addingReplicas[j];
            }
            if (message.removingReplicas && message.removingReplicas.length) {
                object.removingReplicas = $Array(message.removingReplicas.length);
                for (let j = 0; j < message.removingReplicas.length; ++j)
                    object.removingReplicas[j] = message.removingReplicas[j];
            }
            if (message.leaderRecoveryState != null && $Object.hasOwnProperty.call(message, "leaderRecoveryState"))
                object.leaderRecoveryState = message.leaderRecoveryState;
            return object;
        };

        Partition.prototype.toJSON = function() {
            return Partition.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Partition;
    })();

    ottla.BrokerIds = (function() {

        const BrokerIds = function (properties) {
            this.ids = [];
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        BrokerIds.prototype.ids = $util.emptyArray;

        BrokerIds.create = function(properties) {
            return new BrokerIds(properties);
        };

        BrokerIds.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.ids != null && message.ids.length)
                writer.uint32(10).int32s(message.ids);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        BrokerIds.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.BrokerIds();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType === 2) {
                            if (!(message.ids && message.ids.length))
                                message.ids = [];
                            reader.int32s(message.ids);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.ids && message.ids.length))
                            message.ids = [];
                        message.ids.push(reader.int32());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        BrokerIds.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.BrokerIds)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.BrokerIds: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.BrokerIds();
            if (object.ids) {
                if (!$Array.isArray(object.ids))
                    throw $TypeError(".ottla.BrokerIds.ids: array expected");
                message.ids = $Array(object.ids.length);
                for (let i = 0; i < object.ids.length; ++i)
                    message.ids[i] = object.ids[i] | 0;
            }
            return message;
        };

        BrokerIds.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.arrays || options.defaults)
                object.ids = [];
            if (message.ids && message.ids.length) {
                object.ids = $Array(message.ids.length);
                for (let j = 0; j < message.ids.length; ++j)
                    object.ids[j] = message.ids[j];
            }
            return object;
        };

        BrokerIds.prototype.toJSON = function() {
            return BrokerIds.toObject(this, $protobuf.util.toJSONOptions);
        };

        return BrokerIds;
    })();

    ottla.PartitionChange = (function() {

        const PartitionChange = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        PartitionChange.prototype.topicId = "";
        PartitionChange.prototype.partition = 0;
        PartitionChange.prototype.leader = null;
        PartitionChange.prototype.isr = null;
        PartitionChange.prototype.elr = null;
        PartitionChange.prototype.lastKnownElr = null;
        PartitionChange.prototype.replicas = null;
        PartitionChange.prototype.addingReplicas = null;
        PartitionChange.prototype.removingReplicas = null;
        PartitionChange.prototype.leaderRecoveryState = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(PartitionChange.prototype, "_leader", {
            get: $util.oneOfGetter($oneOfFields = ["leader"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(PartitionChange.prototype, "_leaderRecoveryState", {
            get: $util.oneOfGetter($oneOfFields = ["leaderRecoveryState"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        PartitionChange.create = function(properties) {
            return new PartitionChange(properties);
        };

        PartitionChange.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId") && message.topicId !== "")
                writer.uint32(10).string(message.topicId);
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition") && message.partition !== 0)
                writer.uint32(16).int32(message.partition);
            if (message.leader != null && $Object.hasOwnProperty.call(message, "leader"))
                writer.uint32(24).int32(message.leader);
            if (message.isr != null && $Object.hasOwnProperty.call(message, "isr"))
                $root.ottla.BrokerIds.encode(message.isr, writer.uint32(34).fork(), _depth + 1).ldelim();
            if (message.elr != null && $Object.hasOwnProperty.call(message, "elr"))
                $root.ottla.BrokerIds.encode(message.elr, writer.uint32(42).fork(), _depth + 1).ldelim();
            if (message.lastKnownElr != null && $Object.hasOwnProperty.call(message, "lastKnownElr"))
                $root.ottla.BrokerIds.encode(message.lastKnownElr, writer.uint32(50).fork(), _depth + 1).ldelim();
            if (message.replicas != null && $Object.hasOwnProperty.call(message, "replicas"))
                $root.ottla.BrokerIds.encode(message.replicas, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.addingReplicas != null && $Object.hasOwnProperty.call(message, "addingReplicas"))
                $root.ottla.BrokerIds.encode(message.addingReplicas, writer.uint32(66).fork(), _depth + 1).ldelim();
            if (message.removingReplicas != null && $Object.hasOwnProperty.call(message, "removingReplicas"))
                $root.ottla.BrokerIds.encode(message.removingReplicas, writer.uint32(74).fork(), _depth + 1).ldelim();
            if (message.leaderRecoveryState != null && $Object.hasOwnProperty.call(message, "leaderRecoveryState"))
                writer.uint32(80).int32(message.leaderRecoveryState);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        PartitionChange.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.PartitionChange();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.topicId = value;
                        else
                            delete message.topicId;
                        continue;
                    }
                case 2: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.int32())
                            message.partition = value;
                        else
                            delete message.partition;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        message.leader = reader.int32();
                        message._leader = "leader";
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.isr = $root.ottla.BrokerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.isr);
                        continue;
                    }
                case 5: {
                        if (wireType !== 2)
                            break;
                        message.elr = $root.ottla.BrokerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.elr);
                        continue;
                    }
                case 6: {
                        if (wireType !== 2)
                            break;
                        message.lastKnownElr = $root.ottla.BrokerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.lastKnownElr);
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.replicas = $root.ottla.BrokerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.replicas);
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        message.addingReplicas = $root.ottla.BrokerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.addingReplicas);
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        message.removingReplicas = $root.ottla.BrokerIds.decode(reader, reader.size(), $undefined, _depth + 1, message.removingReplicas);
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        message.leaderRecoveryState = reader.int32();
                        message._leaderRecoveryState = "leaderRecoveryState";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        PartitionChange.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.PartitionChange)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.PartitionChange: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.PartitionChange();
            if (object.topicId != null)
                if (typeof object.topicId !== "string" || object.topicId.length)
                    message.topicId = $String(object.topicId);
            if (object.partition != null)
                if ($Number(object.partition) !== 0)
                    message.partition = object.partition | 0;
            if (object.leader != null)
                message.leader = object.leader | 0;
            if (object.isr != null) {
                if (!$util.isObject(object.isr))
                    throw $TypeError(".ottla.PartitionChange.isr: object expected");
                message.isr = $root.ottla.BrokerIds.fromObject(object.isr, _depth + 1);
            }
            if (object.elr != null) {
                if (!$util.isObject(object.elr))
                    throw $TypeError(".ottla.PartitionChange.elr: object expected");
                message.elr = $root.ottla.BrokerIds.fromObject(object.elr, _depth + 1);
            }
            if (object.lastKnownElr != null) {
                if (!$util.isObject(object.lastKnownElr))
                    throw $TypeError(".ottla.PartitionChange.lastKnownElr: object expected");
                message.lastKnownElr = $root.ottla.BrokerIds.fromObject(object.lastKnownElr, _depth + 1);
            }
            if (object.replicas != null) {
                if (!$util.isObject(object.replicas))
                    throw $TypeError(".ottla.PartitionChange.replicas: object expected");
                message.replicas = $root.ottla.BrokerIds.fromObject(object.replicas, _depth + 1);
            }
            if (object.addingReplicas != null) {
                if (!$util.isObject(object.addingReplicas))
                    throw $TypeError(".ottla.PartitionChange.addingReplicas: object expected");
                message.addingReplicas = $root.ottla.BrokerIds.fromObject(object.addingReplicas, _depth + 1);
            }
            if (object.removingReplicas != null) {
                if (!$util.isObject(object.removingReplicas))
                    throw $TypeError(".ottla.PartitionChange.removingReplicas: object expected");
                message.removingReplicas = $root.ottla.BrokerIds.fromObject(object.removingReplicas, _depth + 1);
            }
            if (object.leaderRecoveryState != null)
                message.leaderRecoveryState = object.leaderRecoveryState | 0;
            return message;
        };

        PartitionChange.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.topicId = "";
                object.partition = 0;
                object.isr = null;
                object.elr = null;
                object.lastKnownElr = null;
                object.replicas = null;
                object.addingReplicas = null;
                object.removingReplicas = null;
            }
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId"))
                object.topicId = message.topicId;
            if (message.partition != null && $Object.hasOwnProperty.call(message, "partition"))
                object.partition = message.partition;
            if (message.leader != null && $Object.hasOwnProperty.call(message, "leader"))
                object.leader = message.leader;
            if (message.isr != null && $Object.hasOwnProperty.call(message, "isr"))
                object.isr = $root.ottla.BrokerIds.toObject(message.isr, options, _depth + 1);
            if (message.elr != null && $Object.hasOwnProperty.call(message, "elr"))
                object.elr = $root.ottla.BrokerIds.toObject(message.elr, options, _depth + 1);
            if (message.lastKnownElr != null && $Object.hasOwnProperty.call(message, "lastKnownElr"))
                object.lastKnownElr = $root.ottla.BrokerIds.toObject(message.lastKnownElr, options, _depth + 1);
            if (message.replicas != null && $Object.hasOwnProperty.call(message, "replicas"))
                object.replicas = $root.ottla.BrokerIds.toObject(message.replicas, options, _depth + 1);
            if (message.addingReplicas != null && $Object.hasOwnProperty.call(message, "addingReplicas"))
                object.addingReplicas = $root.ottla.BrokerIds.toObject(message.addingReplicas, options, _depth + 1);
            if (message.removingReplicas != null && $Object.hasOwnProperty.call(message, "removingReplicas"))
                object.removingReplicas = $root.ottla.BrokerIds.toObject(message.removingReplicas, options, _depth + 1);
            if (message.leaderRecoveryState != null && $Object.hasOwnProperty.call(message, "leaderRecoveryState"))
                object.leaderRecoveryState = message.leaderRecoveryState;
            return object;
        };

        PartitionChange.prototype.toJSON = function() {
            return PartitionChange.toObject(this, $protobuf.util.toJSONOptions);
        };

        return PartitionChange;
    })();

    ottla.RemoveTopic = (function() {

        const RemoveTopic = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        RemoveTopic.prototype.topicId = "";

        RemoveTopic.create = function(properties) {
            return new RemoveTopic(properties);
        };

        RemoveTopic.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId") && message.topicId !== "")
                writer.uint32(10).string(message.topicId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        RemoveTopic.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.RemoveTopic();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.topicId = value;
                        else
                            delete message.topicId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        RemoveTopic.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.RemoveTopic)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.RemoveTopic: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.RemoveTopic();
            if (object.topicId != null)
                if (typeof object.topicId !== "string" || object.topicId.length)
                    message.topicId = $String(object.topicId);
            return message;
        };

        RemoveTopic.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                object.topicId = "";
            if (message.topicId != null && $Object.hasOwnProperty.call(message, "topicId"))
                object.topicId = message.topicId;
            return object;
        };

        RemoveTopic.prototype.toJSON = function() {
            return RemoveTopic.toObject(this, $protobuf.util.toJSONOptions);
        };

        return RemoveTopic;
    })();

    ottla.Config = (function() {

        const Config = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Config.prototype.resourceType = "";
        Config.prototype.resourceName = "";
        Config.prototype.name = "";
        Config.prototype.value = null;

        let $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Config.prototype, "_value", {
            get: $util.oneOfGetter($oneOfFields = ["value"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Config.create = function(properties) {
            return new Config(properties);
        };

        Config.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.resourceType != null && $Object.hasOwnProperty.call(message, "resourceType") && message.resourceType !== "")
                writer.uint32(10).string(message.resourceType);
            if (message.resourceName != null && $Object.hasOwnProperty.call(message, "resourceName") && message.resourceName !== "")
                writer.uint32(18).string(message.resourceName);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(26).string(message.name);
            if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
                writer.uint32(34).string(message.value);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Config.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.Config();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.resourceType = value;
                        else
                            delete message.resourceType;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.resourceName = value;
                        else
                            delete message.resourceName;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        message.value = reader.stringVerify();
                        message._value = "value";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        Config.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.Config)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.Config: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.Config();
            if (object.resourceType != null)
                if (typeof object.resourceType !== "string" || object.resourceType.length)
                    message.resourceType = $String(object.resourceType);
            if (object.resourceName != null)
                if (typeof object.resourceName !== "string" || object.resourceName.length)
                    message.resourceName = $String(object.resourceName);
            if (object.name != null)
                if (typeof object.name !== "string" || object.name.length)
                    message.name = $String(object.name);
            if (object.value != null)
                message.value = $String(object.value);
            return message;
        };

        Config.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults) {
                object.resourceType = "";
                object.resourceName = "";
                object.name = "";
            }
            if (message.resourceType != null && $Object.hasOwnProperty.call(message, "resourceType"))
                object.resourceType = message.resourceType;
            if (message.resourceName != null && $Object.hasOwnProperty.call(message, "resourceName"))
                object.resourceName = message.resourceName;
            if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                object.name = message.name;
            if (message.value != null && $Object.hasOwnProperty.call(message, "value"))
                object.value = message.value;
            return object;
        };

        Config.prototype.toJSON = function() {
            return Config.toObject(this, $protobuf.util.toJSONOptions);
        };

        return Config;
    })();

    ottla.ProducerIds = (function() {

        const ProducerIds = function (properties) {
            if (properties)
                for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        ProducerIds.prototype.nextProducerId = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        ProducerIds.create = function(properties) {
            return new ProducerIds(properties);
        };

        ProducerIds.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.nextProducerId != null && $Object.hasOwnProperty.call(message, "nextProducerId") && (typeof message.nextProducerId === "object" ? message.nextProducerId.low || message.nextProducerId.high : message.nextProducerId !== 0))
                writer.uint32(8).int64(message.nextProducerId);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (let i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        ProducerIds.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            let end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.ottla.ProducerIds();
            while (reader.pos < end) {
                let start = reader.pos;
                let tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                let wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.nextProducerId = value;
                        else
                            delete message.nextProducerId;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        ProducerIds.fromObject = function (object, _depth) {
            if (object instanceof $root.ottla.ProducerIds)
                return object;
            if (!$util.isObject(object))
                throw $TypeError(".ottla.ProducerIds: object expected");
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let message = new $root.ottla.ProducerIds();
            if (object.nextProducerId != null)
                if (typeof object.nextProducerId === "object" ? object.nextProducerId.low || object.nextProducerId.high : $Number(object.nextProducerId) !== 0)
                    if ($util.Long)
                        message.nextProducerId = $util.Long.fromValue(object.nextProducerId, false);
                    else if (typeof object.nextProducerId === "string")
                        message.nextProducerId = $parseInt(object.nextProducerId, 10);
                    else if (typeof object.nextProducerId === "number")
                        message.nextProducerId = object.nextProducerId;
                    else if (typeof object.nextProducerId === "object")
                        message.nextProducerId = new $util.LongBits(object.nextProducerId.low >>> 0, object.nextProducerId.high >>> 0).toNumber();
            return message;
        };

        ProducerIds.toObject = function (message, options, _depth) {
            if (!options)
                options = {};
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            let object = {};
            if (options.defaults)
                if ($util.Long) {
                    let long = new $util.Long(0, 0, false);
                    object.nextProducerId = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                } else
                    object.nextProducerId = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
            if (message.nextProducerId != null && $Object.hasOwnProperty.call(message, "nextProducerId"))
                if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                    object.nextProducerId = typeof message.nextProducerId === "number" ? $BigInt(message.nextProducerId) : $util.Long.fromBits(message.nextProducerId.low >>> 0, message.nextProducerId.high >>> 0, false).toBigInt();
                else if (typeof message.nextProducerId === "number")
                    object.nextProducerId = options.longs === $String ? $String(message.nextProducerId) : message.nextProducerId;
                else
                    object.nextProducerId = options.longs === $String ? $util.Long.prototype.toString.call(message.nextProducerId) : options.longs === $Number ? new $util.LongBits(message.nextProducerId.low >>> 0, message.nextProducerId.high >>> 0).toNumber() : message.nextProducerId;
            return object;
        };

        ProducerIds.prototype.toJSON = function() {
            return ProducerIds.toObject(this, $protobuf.util.toJSONOptions);
        };

        return ProducerIds;
    })();

    return ottla;
})();

export {
  $root as default
};
