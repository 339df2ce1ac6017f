import * as $protobuf from "protobufjs/minimal.js";

/** Namespace ottla. */
export namespace ottla {

    /**
     * Properties of a BrokerFrame.
     * @deprecated Use ottla.BrokerFrame.$Properties instead.
     */
    interface IBrokerFrame extends ottla.BrokerFrame.$Properties {
    }

    /** Represents a BrokerFrame. */
    class BrokerFrame {

        /**
         * Constructs a new BrokerFrame.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.BrokerFrame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** BrokerFrame correlationId. */
        correlationId: number;

        /** BrokerFrame clusterId. */
        clusterId: string;

        /** BrokerFrame hello. */
        hello?: (ottla.Hello.$Properties|null);

        /** BrokerFrame register. */
        register?: (ottla.Register.$Properties|null);

        /** BrokerFrame heartbeat. */
        heartbeat?: (ottla.Heartbeat.$Properties|null);

        /** BrokerFrame forward. */
        forward?: (ottla.Forward.$Properties|null);

        /** BrokerFrame allocateProducerIds. */
        allocateProducerIds?: (ottla.AllocateProducerIds.$Properties|null);

        /** BrokerFrame leave. */
        leave?: (ottla.Leave.$Properties|null);

        /** BrokerFrame resign. */
        resign?: (ottla.Resign.$Properties|null);

        /** BrokerFrame type. */
        type?: ("hello"|"register"|"heartbeat"|"forward"|"allocateProducerIds"|"leave"|"resign");

        /**
         * Creates a new BrokerFrame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns BrokerFrame instance
         */
        static create(properties: ottla.BrokerFrame.$Shape): ottla.BrokerFrame & ottla.BrokerFrame.$Shape;
        static create(properties?: ottla.BrokerFrame.$Properties): ottla.BrokerFrame;

        /**
         * Encodes the specified BrokerFrame message. Does not implicitly {@link ottla.BrokerFrame.verify|verify} messages.
         * @param message BrokerFrame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.BrokerFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a BrokerFrame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.BrokerFrame & ottla.BrokerFrame.$Shape} BrokerFrame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.BrokerFrame & ottla.BrokerFrame.$Shape;

        /**
         * Creates a BrokerFrame message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns BrokerFrame
         */
        static fromObject(object: { [k: string]: any }): ottla.BrokerFrame;

        /**
         * Creates a plain object from a BrokerFrame message. Also converts values to other types if specified.
         * @param message BrokerFrame
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.BrokerFrame, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this BrokerFrame to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace BrokerFrame {

        /** Properties of a BrokerFrame. */
        interface $Properties {

            /** BrokerFrame correlationId */
            correlationId?: (number|null);

            /** BrokerFrame clusterId */
            clusterId?: (string|null);

            /** BrokerFrame hello */
            hello?: (ottla.Hello.$Properties|null);

            /** BrokerFrame register */
            register?: (ottla.Register.$Properties|null);

            /** BrokerFrame heartbeat */
            heartbeat?: (ottla.Heartbeat.$Properties|null);

            /** BrokerFrame forward */
            forward?: (ottla.Forward.$Properties|null);

            /** BrokerFrame allocateProducerIds */
            allocateProducerIds?: (ottla.AllocateProducerIds.$Properties|null);

            /** BrokerFrame leave */
            leave?: (ottla.Leave.$Properties|null);

            /** BrokerFrame resign */
            resign?: (ottla.Resign.$Properties|null);

            /** BrokerFrame type */
            type?: ("hello"|"register"|"heartbeat"|"forward"|"allocateProducerIds"|"leave"|"resign");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a BrokerFrame. */
        type $Shape = {
          correlationId?: number|null;
          clusterId?: string|null;
          hello?: ottla.Hello.$Shape|null;
          register?: ottla.Register.$Shape|null;
          heartbeat?: ottla.Heartbeat.$Shape|null;
          forward?: ottla.Forward.$Shape|null;
          allocateProducerIds?: ottla.AllocateProducerIds.$Shape|null;
          leave?: ottla.Leave.$Shape|null;
          resign?: ottla.Resign.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ type?: undefined; hello?: null; register?: null; heartbeat?: null; forward?: null; allocateProducerIds?: null; leave?: null; resign?: null }|{ type?: "hello"; hello: ottla.Hello.$Shape; register?: null; heartbeat?: null; forward?: null; allocateProducerIds?: null; leave?: null; resign?: null }|{ type?: "register"; hello?: null; register: ottla.Register.$Shape; heartbeat?: null; forward?: null; allocateProducerIds?: null; leave?: null; resign?: null }|{ type?: "heartbeat"; hello?: null; register?: null; heartbeat: ottla.Heartbeat.$Shape; forward?: null; allocateProducerIds?: null; leave?: null; resign?: null }|{ type?: "forward"; hello?: null; register?: null; heartbeat?: null; forward: ottla.Forward.$Shape; allocateProducerIds?: null; leave?: null; resign?: null }|{ type?: "allocateProducerIds"; hello?: null; register?: null; heartbeat?: null; forward?: null; allocateProducerIds: ottla.AllocateProducerIds.$Shape; leave?: null; resign?: null }|{ type?: "leave"; hello?: null; register?: null; heartbeat?: null; forward?: null; allocateProducerIds?: null; leave: ottla.Leave.$Shape; resign?: null }|{ type?: "resign"; hello?: null; register?: null; heartbeat?: null; forward?: null; allocateProducerIds?: null; leave?: null; resign: ottla.Resign.$Shape })
        );
    }

    /**
     * Properties of a ControllerFrame.
     * @deprecated Use ottla.ControllerFrame.$Properties instead.
     */
    interface IControllerFrame extends ottla.ControllerFrame.$Properties {
    }

    /** Represents a ControllerFrame. */
    class ControllerFrame {

        /**
         * Constructs a new ControllerFrame.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.ControllerFrame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ControllerFrame correlationId. */
        correlationId: number;

        /** ControllerFrame clusterId. */
        clusterId: string;

        /** ControllerFrame controllerEpoch. */
        controllerEpoch: number;

        /** ControllerFrame metadataOffset. */
        metadataOffset: number;

        /** ControllerFrame welcome. */
        welcome?: (ottla.Welcome.$Properties|null);

        /** ControllerFrame registered. */
        registered?: (ottla.Registered.$Properties|null);

        /** ControllerFrame alive. */
        alive?: (ottla.Alive.$Properties|null);

        /** ControllerFrame forwarded. */
        forwarded?: (ottla.Forwarded.$Properties|null);

        /** ControllerFrame producerIdBlock. */
        producerIdBlock?: (ottla.ProducerIdBlock.$Properties|null);

        /** ControllerFrame left. */
        left?: (ottla.Left.$Properties|null);

        /** ControllerFrame failure. */
        failure?: (ottla.Failure.$Properties|null);

        /** ControllerFrame snapshotChunk. */
        snapshotChunk?: (ottla.SnapshotChunk.$Properties|null);

        /** ControllerFrame metadataBatch. */
        metadataBatch?: (ottla.MetadataBatch.$Properties|null);

        /** ControllerFrame resigned. */
        resigned?: (ottla.Resigned.$Properties|null);

        /** ControllerFrame type. */
        type?: ("welcome"|"registered"|"alive"|"forwarded"|"producerIdBlock"|"left"|"failure"|"snapshotChunk"|"metadataBatch"|"resigned");

        /**
         * Creates a new ControllerFrame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ControllerFrame instance
         */
        static create(properties: ottla.ControllerFrame.$Shape): ottla.ControllerFrame & ottla.ControllerFrame.$Shape;
        static create(properties?: ottla.ControllerFrame.$Properties): ottla.ControllerFrame;

        /**
         * Encodes the specified ControllerFrame message. Does not implicitly {@link ottla.ControllerFrame.verify|verify} messages.
         * @param message ControllerFrame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.ControllerFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ControllerFrame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.ControllerFrame & ottla.ControllerFrame.$Shape} ControllerFrame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.ControllerFrame & ottla.ControllerFrame.$Shape;

        /**
         * Creates a ControllerFrame message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ControllerFrame
         */
        static fromObject(object: { [k: string]: any }): ottla.ControllerFrame;

        /**
         * Creates a plain object from a ControllerFrame message. Also converts values to other types if specified.
         * @param message ControllerFrame
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.ControllerFrame, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ControllerFrame to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace ControllerFrame {

        /** Properties of a ControllerFrame. */
        interface $Properties {

            /** ControllerFrame correlationId */
            correlationId?: (number|null);

            /** ControllerFrame clusterId */
            clusterId?: (string|null);

            /** ControllerFrame controllerEpoch */
            controllerEpoch?: (number|null);

            /** ControllerFrame metadataOffset */
            metadataOffset?: (number|null);

            /** ControllerFrame welcome */
            welcome?: (ottla.Welcome.$Properties|null);

            /** ControllerFrame registered */
            registered?: (ottla.Registered.$Properties|null);

            /** ControllerFrame alive */
            alive?: (ottla.Alive.$Properties|null);

            /** ControllerFrame forwarded */
            forwarded?: (ottla.Forwarded.$Properties|null);

            /** ControllerFrame producerIdBlock */
            producerIdBlock?: (ottla.ProducerIdBlock.$Properties|null);

            /** ControllerFrame left */
            left?: (ottla.Left.$Properties|null);

            /** ControllerFrame failure */
            failure?: (ottla.Failure.$Properties|null);

            /** ControllerFrame snapshotChunk */
            snapshotChunk?: (ottla.SnapshotChunk.$Properties|null);

            /** ControllerFrame metadataBatch */
            metadataBatch?: (ottla.MetadataBatch.$Properties|null);

            /** ControllerFrame resigned */
            resigned?: (ottla.Resigned.$Properties|null);

            /** ControllerFrame type */
            type?: ("welcome"|"registered"|"alive"|"forwarded"|"producerIdBlock"|"left"|"failure"|"snapshotChunk"|"metadataBatch"|"resigned");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a ControllerFrame. */
        type $Shape = {
          correlationId?: number|null;
          clusterId?: string|null;
          controllerEpoch?: number|null;
          metadataOffset?: number|null;
          welcome?: ottla.Welcome.$Shape|null;
          registered?: ottla.Registered.$Shape|null;
          alive?: ottla.Alive.$Shape|null;
          forwarded?: ottla.Forwarded.$Shape|null;
          producerIdBlock?: ottla.ProducerIdBlock.$Shape|null;
          left?: ottla.Left.$Shape|null;
          failure?: ottla.Failure.$Shape|null;
          snapshotChunk?: ottla.SnapshotChunk.$Shape|null;
          metadataBatch?: ottla.MetadataBatch.$Shape|null;
          resigned?: ottla.Resigned.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ type?: undefined; welcome?: null; registered?: null; alive?: null; forwarded?: null; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "welcome"; welcome: ottla.Welcome.$Shape; registered?: null; alive?: null; forwarded?: null; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "registered"; welcome?: null; registered: ottla.Registered.$Shape; alive?: null; forwarded?: null; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "alive"; welcome?: null; registered?: null; alive: ottla.Alive.$Shape; forwarded?: null; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "forwarded"; welcome?: null; registered?: null; alive?: null; forwarded: ottla.Forwarded.$Shape; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "producerIdBlock"; welcome?: null; registered?: null; alive?: null; forwarded?: null; producerIdBlock: ottla.ProducerIdBlock.$Shape; left?: null; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "left"; welcome?: null; registered?: null; alive?: null; forwarded?: null; producerIdBlock?: null; left: ottla.Left.$Shape; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "failure"; welcome?: null; registered?: null; alive?: null; forwarded?: null; producerIdBlock?: null; left?: null; failure: ottla.Failure.$Shape; snapshotChunk?: null; metadataBatch?: null; resigned?: null }|{ type?: "snapshotChunk"; welcome?: null; registered?: null; alive?: null; forwarded?: null; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk: ottla.SnapshotChunk.$Shape; metadataBatch?: null; resigned?: null }|{ type?: "metadataBatch"; welcome?: null; registered?: null; alive?: null; forwarded?: null; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk?: null; metadataBatch: ottla.MetadataBatch.$Shape; resigned?: null }|{ type?: "resigned"; welcome?: null; registered?: null; alive?: null; forwarded?: null; producerIdBlock?: null; left?: null; failure?: null; snapshotChunk?: null; metadataBatch?: null; resigned: ottla.Resigned.$Shape })
        );
    }

    /**
     * Properties of a Hello.
     * @deprecated Use ottla.Hello.$Properties instead.
     */
    interface IHello extends ottla.Hello.$Properties {
    }

    /** Represents a Hello. */
    class Hello {

        /**
         * Constructs a new Hello.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Hello.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Hello protocolVersion. */
        protocolVersion: number;

        /** Hello secret. */
        secret: string;

        /** Hello chroot. */
        chroot: string;

        /**
         * Creates a new Hello instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Hello instance
         */
        static create(properties: ottla.Hello.$Shape): ottla.Hello & ottla.Hello.$Shape;
        static create(properties?: ottla.Hello.$Properties): ottla.Hello;

        /**
         * Encodes the specified Hello message. Does not implicitly {@link ottla.Hello.verify|verify} messages.
         * @param message Hello message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Hello message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Hello & ottla.Hello.$Shape} Hello
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Hello & ottla.Hello.$Shape;

        /**
         * Creates a Hello message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Hello
         */
        static fromObject(object: { [k: string]: any }): ottla.Hello;

        /**
         * Creates a plain object from a Hello message. Also converts values to other types if specified.
         * @param message Hello
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Hello, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Hello to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Hello {

        /** Properties of a Hello. */
        interface $Properties {

            /** Hello protocolVersion */
            protocolVersion?: (number|null);

            /** Hello secret */
            secret?: (string|null);

            /** Hello chroot */
            chroot?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Hello. */
        type $Shape = ottla.Hello.$Properties;
    }

    /**
     * Properties of a Welcome.
     * @deprecated Use ottla.Welcome.$Properties instead.
     */
    interface IWelcome extends ottla.Welcome.$Properties {
    }

    /** Represents a Welcome. */
    class Welcome {

        /**
         * Constructs a new Welcome.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Welcome.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Welcome protocolVersion. */
        protocolVersion: number;

        /**
         * Creates a new Welcome instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Welcome instance
         */
        static create(properties: ottla.Welcome.$Shape): ottla.Welcome & ottla.Welcome.$Shape;
        static create(properties?: ottla.Welcome.$Properties): ottla.Welcome;

        /**
         * Encodes the specified Welcome message. Does not implicitly {@link ottla.Welcome.verify|verify} messages.
         * @param message Welcome message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Welcome message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Welcome & ottla.Welcome.$Shape} Welcome
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Welcome & ottla.Welcome.$Shape;

        /**
         * Creates a Welcome message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Welcome
         */
        static fromObject(object: { [k: string]: any }): ottla.Welcome;

        /**
         * Creates a plain object from a Welcome message. Also converts values to other types if specified.
         * @param message Welcome
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Welcome, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Welcome to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Welcome {

        /** Properties of a Welcome. */
        interface $Properties {

            /** Welcome protocolVersion */
            protocolVersion?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Welcome. */
        type $Shape = ottla.Welcome.$Properties;
    }

    /**
     * Properties of a Directory.
     * @deprecated Use ottla.Directory.$Properties instead.
     */
    interface IDirectory extends ottla.Directory.$Properties {
    }

    /** Represents a Directory. */
    class Directory {

        /**
         * Constructs a new Directory.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Directory.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Directory id. */
        id: string;

        /** Directory cleanShutdownEpoch. */
        cleanShutdownEpoch: number;

        /** Directory runEpoch. */
        runEpoch: number;

        /** Directory sameBoot. */
        sameBoot: boolean;

        /** Directory metadataOffset. */
        metadataOffset: number;

        /** Directory metadataEpoch. */
        metadataEpoch: number;

        /**
         * Creates a new Directory instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Directory instance
         */
        static create(properties: ottla.Directory.$Shape): ottla.Directory & ottla.Directory.$Shape;
        static create(properties?: ottla.Directory.$Properties): ottla.Directory;

        /**
         * Encodes the specified Directory message. Does not implicitly {@link ottla.Directory.verify|verify} messages.
         * @param message Directory message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Directory.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Directory message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Directory & ottla.Directory.$Shape} Directory
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Directory & ottla.Directory.$Shape;

        /**
         * Creates a Directory message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Directory
         */
        static fromObject(object: { [k: string]: any }): ottla.Directory;

        /**
         * Creates a plain object from a Directory message. Also converts values to other types if specified.
         * @param message Directory
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Directory, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Directory to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Directory {

        /** Properties of a Directory. */
        interface $Properties {

            /** Directory id */
            id?: (string|null);

            /** Directory cleanShutdownEpoch */
            cleanShutdownEpoch?: (number|null);

            /** Directory runEpoch */
            runEpoch?: (number|null);

            /** Directory sameBoot */
            sameBoot?: (boolean|null);

            /** Directory metadataOffset */
            metadataOffset?: (number|null);

            /** Directory metadataEpoch */
            metadataEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Directory. */
        type $Shape = ottla.Directory.$Properties;
    }

    /**
     * Properties of a FeatureRange.
     * @deprecated Use ottla.FeatureRange.$Properties instead.
     */
    interface IFeatureRange extends ottla.FeatureRange.$Properties {
    }

    /** Represents a FeatureRange. */
    class FeatureRange {

        /**
         * Constructs a new FeatureRange.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.FeatureRange.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FeatureRange name. */
        name: string;

        /** FeatureRange min. */
        min: number;

        /** FeatureRange max. */
        max: number;

        /**
         * Creates a new FeatureRange instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FeatureRange instance
         */
        static create(properties: ottla.FeatureRange.$Shape): ottla.FeatureRange & ottla.FeatureRange.$Shape;
        static create(properties?: ottla.FeatureRange.$Properties): ottla.FeatureRange;

        /**
         * Encodes the specified FeatureRange message. Does not implicitly {@link ottla.FeatureRange.verify|verify} messages.
         * @param message FeatureRange message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.FeatureRange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FeatureRange message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.FeatureRange & ottla.FeatureRange.$Shape} FeatureRange
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.FeatureRange & ottla.FeatureRange.$Shape;

        /**
         * Creates a FeatureRange message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns FeatureRange
         */
        static fromObject(object: { [k: string]: any }): ottla.FeatureRange;

        /**
         * Creates a plain object from a FeatureRange message. Also converts values to other types if specified.
         * @param message FeatureRange
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.FeatureRange, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this FeatureRange to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace FeatureRange {

        /** Properties of a FeatureRange. */
        interface $Properties {

            /** FeatureRange name */
            name?: (string|null);

            /** FeatureRange min */
            min?: (number|null);

            /** FeatureRange max */
            max?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FeatureRange. */
        type $Shape = ottla.FeatureRange.$Properties;
    }

    /**
     * Properties of a Register.
     * @deprecated Use ottla.Register.$Properties instead.
     */
    interface IRegister extends ottla.Register.$Properties {
    }

    /** Represents a Register. */
    class Register {

        /**
         * Constructs a new Register.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Register.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Register brokerId. */
        brokerId: number;

        /** Register incarnationId. */
        incarnationId: string;

        /** Register listeners. */
        listeners: ottla.BrokerListener.$Properties[];

        /** Register rack. */
        rack?: (string|null);

        /** Register features. */
        features: ottla.FeatureRange.$Properties[];

        /** Register directories. */
        directories: ottla.Directory.$Properties[];

        /** Register appliedOffset. */
        appliedOffset: number;

        /** Register appliedEpoch. */
        appliedEpoch: number;

        /** Register staticConfigs. */
        staticConfigs: { [k: string]: string };

        /**
         * Creates a new Register instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Register instance
         */
        static create(properties: ottla.Register.$Shape): ottla.Register & ottla.Register.$Shape;
        static create(properties?: ottla.Register.$Properties): ottla.Register;

        /**
         * Encodes the specified Register message. Does not implicitly {@link ottla.Register.verify|verify} messages.
         * @param message Register message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Register.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Register message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Register & ottla.Register.$Shape} Register
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Register & ottla.Register.$Shape;

        /**
         * Creates a Register message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Register
         */
        static fromObject(object: { [k: string]: any }): ottla.Register;

        /**
         * Creates a plain object from a Register message. Also converts values to other types if specified.
         * @param message Register
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Register, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Register to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Register {

        /** Properties of a Register. */
        interface $Properties {

            /** Register brokerId */
            brokerId?: (number|null);

            /** Register incarnationId */
            incarnationId?: (string|null);

            /** Register listeners */
            listeners?: (ottla.BrokerListener.$Properties[]|null);

            /** Register rack */
            rack?: (string|null);

            /** Register features */
            features?: (ottla.FeatureRange.$Properties[]|null);

            /** Register directories */
            directories?: (ottla.Directory.$Properties[]|null);

            /** Register appliedOffset */
            appliedOffset?: (number|null);

            /** Register appliedEpoch */
            appliedEpoch?: (number|null);

            /** Register staticConfigs */
            staticConfigs?: ({ [k: string]: string }|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Register. */
        type $Shape = ottla.Register.$Properties;
    }

    /**
     * Properties of a Registered.
     * @deprecated Use ottla.Registered.$Properties instead.
     */
    interface IRegistered extends ottla.Registered.$Properties {
    }

    /** Represents a Registered. */
    class Registered {

        /**
         * Constructs a new Registered.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Registered.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Registered brokerEpoch. */
        brokerEpoch: number;

        /** Registered warnings. */
        warnings: string[];

        /** Registered sessionTimeoutMs. */
        sessionTimeoutMs: number;

        /**
         * Creates a new Registered instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Registered instance
         */
        static create(properties: ottla.Registered.$Shape): ottla.Registered & ottla.Registered.$Shape;
        static create(properties?: ottla.Registered.$Properties): ottla.Registered;

        /**
         * Encodes the specified Registered message. Does not implicitly {@link ottla.Registered.verify|verify} messages.
         * @param message Registered message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Registered.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Registered message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Registered & ottla.Registered.$Shape} Registered
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Registered & ottla.Registered.$Shape;

        /**
         * Creates a Registered message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Registered
         */
        static fromObject(object: { [k: string]: any }): ottla.Registered;

        /**
         * Creates a plain object from a Registered message. Also converts values to other types if specified.
         * @param message Registered
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Registered, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Registered to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Registered {

        /** Properties of a Registered. */
        interface $Properties {

            /** Registered brokerEpoch */
            brokerEpoch?: (number|null);

            /** Registered warnings */
            warnings?: (string[]|null);

            /** Registered sessionTimeoutMs */
            sessionTimeoutMs?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Registered. */
        type $Shape = ottla.Registered.$Properties;
    }

    /**
     * Properties of a Heartbeat.
     * @deprecated Use ottla.Heartbeat.$Properties instead.
     */
    interface IHeartbeat extends ottla.Heartbeat.$Properties {
    }

    /** Represents a Heartbeat. */
    class Heartbeat {

        /**
         * Constructs a new Heartbeat.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Heartbeat.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Heartbeat brokerEpoch. */
        brokerEpoch: number;

        /** Heartbeat appliedOffset. */
        appliedOffset: number;

        /** Heartbeat ready. */
        ready: boolean;

        /** Heartbeat wantsShutdown. */
        wantsShutdown: boolean;

        /**
         * Creates a new Heartbeat instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Heartbeat instance
         */
        static create(properties: ottla.Heartbeat.$Shape): ottla.Heartbeat & ottla.Heartbeat.$Shape;
        static create(properties?: ottla.Heartbeat.$Properties): ottla.Heartbeat;

        /**
         * Encodes the specified Heartbeat message. Does not implicitly {@link ottla.Heartbeat.verify|verify} messages.
         * @param message Heartbeat message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Heartbeat message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Heartbeat & ottla.Heartbeat.$Shape} Heartbeat
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Heartbeat & ottla.Heartbeat.$Shape;

        /**
         * Creates a Heartbeat message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Heartbeat
         */
        static fromObject(object: { [k: string]: any }): ottla.Heartbeat;

        /**
         * Creates a plain object from a Heartbeat message. Also converts values to other types if specified.
         * @param message Heartbeat
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Heartbeat, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Heartbeat to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Heartbeat {

        /** Properties of a Heartbeat. */
        interface $Properties {

            /** Heartbeat brokerEpoch */
            brokerEpoch?: (number|null);

            /** Heartbeat appliedOffset */
            appliedOffset?: (number|null);

            /** Heartbeat ready */
            ready?: (boolean|null);

            /** Heartbeat wantsShutdown */
            wantsShutdown?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Heartbeat. */
        type $Shape = ottla.Heartbeat.$Properties;
    }

    /**
     * Properties of an Alive.
     * @deprecated Use ottla.Alive.$Properties instead.
     */
    interface IAlive extends ottla.Alive.$Properties {
    }

    /** Represents an Alive. */
    class Alive {

        /**
         * Constructs a new Alive.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Alive.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Alive fenced. */
        fenced: boolean;

        /** Alive mayStop. */
        mayStop: boolean;

        /**
         * Creates a new Alive instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Alive instance
         */
        static create(properties: ottla.Alive.$Shape): ottla.Alive & ottla.Alive.$Shape;
        static create(properties?: ottla.Alive.$Properties): ottla.Alive;

        /**
         * Encodes the specified Alive message. Does not implicitly {@link ottla.Alive.verify|verify} messages.
         * @param message Alive message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Alive.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an Alive message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Alive & ottla.Alive.$Shape} Alive
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Alive & ottla.Alive.$Shape;

        /**
         * Creates an Alive message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Alive
         */
        static fromObject(object: { [k: string]: any }): ottla.Alive;

        /**
         * Creates a plain object from an Alive message. Also converts values to other types if specified.
         * @param message Alive
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Alive, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Alive to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Alive {

        /** Properties of an Alive. */
        interface $Properties {

            /** Alive fenced */
            fenced?: (boolean|null);

            /** Alive mayStop */
            mayStop?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an Alive. */
        type $Shape = ottla.Alive.$Properties;
    }

    /**
     * Properties of a Forward.
     * @deprecated Use ottla.Forward.$Properties instead.
     */
    interface IForward extends ottla.Forward.$Properties {
    }

    /** Represents a Forward. */
    class Forward {

        /**
         * Constructs a new Forward.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Forward.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Forward apiKey. */
        apiKey: number;

        /** Forward apiVersion. */
        apiVersion: number;

        /** Forward body. */
        body: Uint8Array;

        /** Forward principalType. */
        principalType: string;

        /** Forward principalName. */
        principalName: string;

        /**
         * Creates a new Forward instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Forward instance
         */
        static create(properties: ottla.Forward.$Shape): ottla.Forward & ottla.Forward.$Shape;
        static create(properties?: ottla.Forward.$Properties): ottla.Forward;

        /**
         * Encodes the specified Forward message. Does not implicitly {@link ottla.Forward.verify|verify} messages.
         * @param message Forward message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Forward.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Forward message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Forward & ottla.Forward.$Shape} Forward
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Forward & ottla.Forward.$Shape;

        /**
         * Creates a Forward message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Forward
         */
        static fromObject(object: { [k: string]: any }): ottla.Forward;

        /**
         * Creates a plain object from a Forward message. Also converts values to other types if specified.
         * @param message Forward
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Forward, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Forward to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Forward {

        /** Properties of a Forward. */
        interface $Properties {

            /** Forward apiKey */
            apiKey?: (number|null);

            /** Forward apiVersion */
            apiVersion?: (number|null);

            /** Forward body */
            body?: (Uint8Array|null);

            /** Forward principalType */
            principalType?: (string|null);

            /** Forward principalName */
            principalName?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Forward. */
        type $Shape = ottla.Forward.$Properties;
    }

    /**
     * Properties of a Forwarded.
     * @deprecated Use ottla.Forwarded.$Properties instead.
     */
    interface IForwarded extends ottla.Forwarded.$Properties {
    }

    /** Represents a Forwarded. */
    class Forwarded {

        /**
         * Constructs a new Forwarded.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Forwarded.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Forwarded body. */
        body: Uint8Array;

        /**
         * Creates a new Forwarded instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Forwarded instance
         */
        static create(properties: ottla.Forwarded.$Shape): ottla.Forwarded & ottla.Forwarded.$Shape;
        static create(properties?: ottla.Forwarded.$Properties): ottla.Forwarded;

        /**
         * Encodes the specified Forwarded message. Does not implicitly {@link ottla.Forwarded.verify|verify} messages.
         * @param message Forwarded message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Forwarded.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Forwarded message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Forwarded & ottla.Forwarded.$Shape} Forwarded
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Forwarded & ottla.Forwarded.$Shape;

        /**
         * Creates a Forwarded message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Forwarded
         */
        static fromObject(object: { [k: string]: any }): ottla.Forwarded;

        /**
         * Creates a plain object from a Forwarded message. Also converts values to other types if specified.
         * @param message Forwarded
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Forwarded, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Forwarded to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Forwarded {

        /** Properties of a Forwarded. */
        interface $Properties {

            /** Forwarded body */
            body?: (Uint8Array|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Forwarded. */
        type $Shape = ottla.Forwarded.$Properties;
    }

    /**
     * Properties of an AllocateProducerIds.
     * @deprecated Use ottla.AllocateProducerIds.$Properties instead.
     */
    interface IAllocateProducerIds extends ottla.AllocateProducerIds.$Properties {
    }

    /** Represents an AllocateProducerIds. */
    class AllocateProducerIds {

        /**
         * Constructs a new AllocateProducerIds.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.AllocateProducerIds.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new AllocateProducerIds instance using the specified properties.
         * @param [properties] Properties to set
         * @returns AllocateProducerIds instance
         */
        static create(properties: ottla.AllocateProducerIds.$Shape): ottla.AllocateProducerIds & ottla.AllocateProducerIds.$Shape;
        static create(properties?: ottla.AllocateProducerIds.$Properties): ottla.AllocateProducerIds;

        /**
         * Encodes the specified AllocateProducerIds message. Does not implicitly {@link ottla.AllocateProducerIds.verify|verify} messages.
         * @param message AllocateProducerIds message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.AllocateProducerIds.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an AllocateProducerIds message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.AllocateProducerIds & ottla.AllocateProducerIds.$Shape} AllocateProducerIds
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.AllocateProducerIds & ottla.AllocateProducerIds.$Shape;

        /**
         * Creates an AllocateProducerIds message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns AllocateProducerIds
         */
        static fromObject(object: { [k: string]: any }): ottla.AllocateProducerIds;

        /**
         * Creates a plain object from an AllocateProducerIds message. Also converts values to other types if specified.
         * @param message AllocateProducerIds
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.AllocateProducerIds, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this AllocateProducerIds to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace AllocateProducerIds {

        /** Properties of an AllocateProducerIds. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an AllocateProducerIds. */
        type $Shape = ottla.AllocateProducerIds.$Properties;
    }

    /**
     * Properties of a ProducerIdBlock.
     * @deprecated Use ottla.ProducerIdBlock.$Properties instead.
     */
    interface IProducerIdBlock extends ottla.ProducerIdBlock.$Properties {
    }

    /** Represents a ProducerIdBlock. */
    class ProducerIdBlock {

        /**
         * Constructs a new ProducerIdBlock.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.ProducerIdBlock.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ProducerIdBlock first. */
        first: number;

        /** ProducerIdBlock count. */
        count: number;

        /**
         * Creates a new ProducerIdBlock instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ProducerIdBlock instance
         */
        static create(properties: ottla.ProducerIdBlock.$Shape): ottla.ProducerIdBlock & ottla.ProducerIdBlock.$Shape;
        static create(properties?: ottla.ProducerIdBlock.$Properties): ottla.ProducerIdBlock;

        /**
         * Encodes the specified ProducerIdBlock message. Does not implicitly {@link ottla.ProducerIdBlock.verify|verify} messages.
         * @param message ProducerIdBlock message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.ProducerIdBlock.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ProducerIdBlock message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.ProducerIdBlock & ottla.ProducerIdBlock.$Shape} ProducerIdBlock
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.ProducerIdBlock & ottla.ProducerIdBlock.$Shape;

        /**
         * Creates a ProducerIdBlock message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ProducerIdBlock
         */
        static fromObject(object: { [k: string]: any }): ottla.ProducerIdBlock;

        /**
         * Creates a plain object from a ProducerIdBlock message. Also converts values to other types if specified.
         * @param message ProducerIdBlock
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.ProducerIdBlock, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ProducerIdBlock to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace ProducerIdBlock {

        /** Properties of a ProducerIdBlock. */
        interface $Properties {

            /** ProducerIdBlock first */
            first?: (number|null);

            /** ProducerIdBlock count */
            count?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ProducerIdBlock. */
        type $Shape = ottla.ProducerIdBlock.$Properties;
    }

    /**
     * Properties of a Leave.
     * @deprecated Use ottla.Leave.$Properties instead.
     */
    interface ILeave extends ottla.Leave.$Properties {
    }

    /** Represents a Leave. */
    class Leave {

        /**
         * Constructs a new Leave.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Leave.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Leave brokerEpoch. */
        brokerEpoch: number;

        /**
         * Creates a new Leave instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Leave instance
         */
        static create(properties: ottla.Leave.$Shape): ottla.Leave & ottla.Leave.$Shape;
        static create(properties?: ottla.Leave.$Properties): ottla.Leave;

        /**
         * Encodes the specified Leave message. Does not implicitly {@link ottla.Leave.verify|verify} messages.
         * @param message Leave message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Leave.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Leave message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Leave & ottla.Leave.$Shape} Leave
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Leave & ottla.Leave.$Shape;

        /**
         * Creates a Leave message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Leave
         */
        static fromObject(object: { [k: string]: any }): ottla.Leave;

        /**
         * Creates a plain object from a Leave message. Also converts values to other types if specified.
         * @param message Leave
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Leave, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Leave to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Leave {

        /** Properties of a Leave. */
        interface $Properties {

            /** Leave brokerEpoch */
            brokerEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Leave. */
        type $Shape = ottla.Leave.$Properties;
    }

    /**
     * Properties of a Left.
     * @deprecated Use ottla.Left.$Properties instead.
     */
    interface ILeft extends ottla.Left.$Properties {
    }

    /** Represents a Left. */
    class Left {

        /**
         * Constructs a new Left.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Left.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new Left instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Left instance
         */
        static create(properties: ottla.Left.$Shape): ottla.Left & ottla.Left.$Shape;
        static create(properties?: ottla.Left.$Properties): ottla.Left;

        /**
         * Encodes the specified Left message. Does not implicitly {@link ottla.Left.verify|verify} messages.
         * @param message Left message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Left.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Left message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Left & ottla.Left.$Shape} Left
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Left & ottla.Left.$Shape;

        /**
         * Creates a Left message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Left
         */
        static fromObject(object: { [k: string]: any }): ottla.Left;

        /**
         * Creates a plain object from a Left message. Also converts values to other types if specified.
         * @param message Left
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Left, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Left to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Left {

        /** Properties of a Left. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Left. */
        type $Shape = ottla.Left.$Properties;
    }

    /**
     * Properties of a Resign.
     * @deprecated Use ottla.Resign.$Properties instead.
     */
    interface IResign extends ottla.Resign.$Properties {
    }

    /** Represents a Resign. */
    class Resign {

        /**
         * Constructs a new Resign.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Resign.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Resign brokerEpoch. */
        brokerEpoch: number;

        /** Resign partitions. */
        partitions: ottla.Resignation.$Properties[];

        /**
         * Creates a new Resign instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Resign instance
         */
        static create(properties: ottla.Resign.$Shape): ottla.Resign & ottla.Resign.$Shape;
        static create(properties?: ottla.Resign.$Properties): ottla.Resign;

        /**
         * Encodes the specified Resign message. Does not implicitly {@link ottla.Resign.verify|verify} messages.
         * @param message Resign message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Resign.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Resign message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Resign & ottla.Resign.$Shape} Resign
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Resign & ottla.Resign.$Shape;

        /**
         * Creates a Resign message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Resign
         */
        static fromObject(object: { [k: string]: any }): ottla.Resign;

        /**
         * Creates a plain object from a Resign message. Also converts values to other types if specified.
         * @param message Resign
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Resign, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Resign to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Resign {

        /** Properties of a Resign. */
        interface $Properties {

            /** Resign brokerEpoch */
            brokerEpoch?: (number|null);

            /** Resign partitions */
            partitions?: (ottla.Resignation.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Resign. */
        type $Shape = ottla.Resign.$Properties;
    }

    /**
     * Properties of a Resignation.
     * @deprecated Use ottla.Resignation.$Properties instead.
     */
    interface IResignation extends ottla.Resignation.$Properties {
    }

    /** Represents a Resignation. */
    class Resignation {

        /**
         * Constructs a new Resignation.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Resignation.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Resignation topicId. */
        topicId: string;

        /** Resignation partition. */
        partition: number;

        /** Resignation leaderEpoch. */
        leaderEpoch: number;

        /** Resignation reason. */
        reason: string;

        /**
         * Creates a new Resignation instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Resignation instance
         */
        static create(properties: ottla.Resignation.$Shape): ottla.Resignation & ottla.Resignation.$Shape;
        static create(properties?: ottla.Resignation.$Properties): ottla.Resignation;

        /**
         * Encodes the specified Resignation message. Does not implicitly {@link ottla.Resignation.verify|verify} messages.
         * @param message Resignation message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Resignation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Resignation message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Resignation & ottla.Resignation.$Shape} Resignation
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Resignation & ottla.Resignation.$Shape;

        /**
         * Creates a Resignation message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Resignation
         */
        static fromObject(object: { [k: string]: any }): ottla.Resignation;

        /**
         * Creates a plain object from a Resignation message. Also converts values to other types if specified.
         * @param message Resignation
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Resignation, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Resignation to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Resignation {

        /** Properties of a Resignation. */
        interface $Properties {

            /** Resignation topicId */
            topicId?: (string|null);

            /** Resignation partition */
            partition?: (number|null);

            /** Resignation leaderEpoch */
            leaderEpoch?: (number|null);

            /** Resignation reason */
            reason?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Resignation. */
        type $Shape = ottla.Resignation.$Properties;
    }

    /**
     * Properties of a Resigned.
     * @deprecated Use ottla.Resigned.$Properties instead.
     */
    interface IResigned extends ottla.Resigned.$Properties {
    }

    /** Represents a Resigned. */
    class Resigned {

        /**
         * Constructs a new Resigned.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Resigned.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /**
         * Creates a new Resigned instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Resigned instance
         */
        static create(properties: ottla.Resigned.$Shape): ottla.Resigned & ottla.Resigned.$Shape;
        static create(properties?: ottla.Resigned.$Properties): ottla.Resigned;

        /**
         * Encodes the specified Resigned message. Does not implicitly {@link ottla.Resigned.verify|verify} messages.
         * @param message Resigned message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Resigned.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Resigned message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Resigned & ottla.Resigned.$Shape} Resigned
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Resigned & ottla.Resigned.$Shape;

        /**
         * Creates a Resigned message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Resigned
         */
        static fromObject(object: { [k: string]: any }): ottla.Resigned;

        /**
         * Creates a plain object from a Resigned message. Also converts values to other types if specified.
         * @param message Resigned
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Resigned, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Resigned to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Resigned {

        /** Properties of a Resigned. */
        interface $Properties {

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Resigned. */
        type $Shape = ottla.Resigned.$Properties;
    }

    /**
     * Properties of a Failure.
     * @deprecated Use ottla.Failure.$Properties instead.
     */
    interface IFailure extends ottla.Failure.$Properties {
    }

    /** Represents a Failure. */
    class Failure {

        /**
         * Constructs a new Failure.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Failure.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Failure code. */
        code: number;

        /** Failure message. */
        message: string;

        /** Failure fatal. */
        fatal: boolean;

        /**
         * Creates a new Failure instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Failure instance
         */
        static create(properties: ottla.Failure.$Shape): ottla.Failure & ottla.Failure.$Shape;
        static create(properties?: ottla.Failure.$Properties): ottla.Failure;

        /**
         * Encodes the specified Failure message. Does not implicitly {@link ottla.Failure.verify|verify} messages.
         * @param message Failure message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Failure.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Failure message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Failure & ottla.Failure.$Shape} Failure
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Failure & ottla.Failure.$Shape;

        /**
         * Creates a Failure message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Failure
         */
        static fromObject(object: { [k: string]: any }): ottla.Failure;

        /**
         * Creates a plain object from a Failure message. Also converts values to other types if specified.
         * @param message Failure
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Failure, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Failure to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Failure {

        /** Properties of a Failure. */
        interface $Properties {

            /** Failure code */
            code?: (number|null);

            /** Failure message */
            message?: (string|null);

            /** Failure fatal */
            fatal?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Failure. */
        type $Shape = ottla.Failure.$Properties;
    }

    /**
     * Properties of a SnapshotChunk.
     * @deprecated Use ottla.SnapshotChunk.$Properties instead.
     */
    interface ISnapshotChunk extends ottla.SnapshotChunk.$Properties {
    }

    /** Represents a SnapshotChunk. */
    class SnapshotChunk {

        /**
         * Constructs a new SnapshotChunk.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.SnapshotChunk.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SnapshotChunk offset. */
        offset: number;

        /** SnapshotChunk controllerEpoch. */
        controllerEpoch: number;

        /** SnapshotChunk records. */
        records: ottla.MetadataRecord.$Properties[];

        /** SnapshotChunk last. */
        last: boolean;

        /**
         * Creates a new SnapshotChunk instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SnapshotChunk instance
         */
        static create(properties: ottla.SnapshotChunk.$Shape): ottla.SnapshotChunk & ottla.SnapshotChunk.$Shape;
        static create(properties?: ottla.SnapshotChunk.$Properties): ottla.SnapshotChunk;

        /**
         * Encodes the specified SnapshotChunk message. Does not implicitly {@link ottla.SnapshotChunk.verify|verify} messages.
         * @param message SnapshotChunk message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.SnapshotChunk.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SnapshotChunk message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.SnapshotChunk & ottla.SnapshotChunk.$Shape} SnapshotChunk
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.SnapshotChunk & ottla.SnapshotChunk.$Shape;

        /**
         * Creates a SnapshotChunk message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns SnapshotChunk
         */
        static fromObject(object: { [k: string]: any }): ottla.SnapshotChunk;

        /**
         * Creates a plain object from a SnapshotChunk message. Also converts values to other types if specified.
         * @param message SnapshotChunk
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.SnapshotChunk, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this SnapshotChunk to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace SnapshotChunk {

        /** Properties of a SnapshotChunk. */
        interface $Properties {

            /** SnapshotChunk offset */
            offset?: (number|null);

            /** SnapshotChunk controllerEpoch */
            controllerEpoch?: (number|null);

            /** SnapshotChunk records */
            records?: (ottla.MetadataRecord.$Properties[]|null);

            /** SnapshotChunk last */
            last?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SnapshotChunk. */
        type $Shape = {
          offset?: number|null;
          controllerEpoch?: number|null;
          records?: ottla.MetadataRecord.$Shape[]|null;
          last?: boolean|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a MetadataBatch.
     * @deprecated Use ottla.MetadataBatch.$Properties instead.
     */
    interface IMetadataBatch extends ottla.MetadataBatch.$Properties {
    }

    /** Represents a MetadataBatch. */
    class MetadataBatch {

        /**
         * Constructs a new MetadataBatch.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.MetadataBatch.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MetadataBatch baseOffset. */
        baseOffset: number;

        /** MetadataBatch controllerEpoch. */
        controllerEpoch: number;

        /** MetadataBatch records. */
        records: ottla.MetadataRecord.$Properties[];

        /**
         * Creates a new MetadataBatch instance using the specified properties.
         * @param [properties] Properties to set
         * @returns MetadataBatch instance
         */
        static create(properties: ottla.MetadataBatch.$Shape): ottla.MetadataBatch & ottla.MetadataBatch.$Shape;
        static create(properties?: ottla.MetadataBatch.$Properties): ottla.MetadataBatch;

        /**
         * Encodes the specified MetadataBatch message. Does not implicitly {@link ottla.MetadataBatch.verify|verify} messages.
         * @param message MetadataBatch message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.MetadataBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MetadataBatch message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.MetadataBatch & ottla.MetadataBatch.$Shape} MetadataBatch
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.MetadataBatch & ottla.MetadataBatch.$Shape;

        /**
         * Creates a MetadataBatch message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns MetadataBatch
         */
        static fromObject(object: { [k: string]: any }): ottla.MetadataBatch;

        /**
         * Creates a plain object from a MetadataBatch message. Also converts values to other types if specified.
         * @param message MetadataBatch
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.MetadataBatch, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this MetadataBatch to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace MetadataBatch {

        /** Properties of a MetadataBatch. */
        interface $Properties {

            /** MetadataBatch baseOffset */
            baseOffset?: (number|null);

            /** MetadataBatch controllerEpoch */
            controllerEpoch?: (number|null);

            /** MetadataBatch records */
            records?: (ottla.MetadataRecord.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a MetadataBatch. */
        type $Shape = {
          baseOffset?: number|null;
          controllerEpoch?: number|null;
          records?: ottla.MetadataRecord.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a LogFrame.
     * @deprecated Use ottla.LogFrame.$Properties instead.
     */
    interface ILogFrame extends ottla.LogFrame.$Properties {
    }

    /** Represents a LogFrame. */
    class LogFrame {

        /**
         * Constructs a new LogFrame.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.LogFrame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** LogFrame batches. */
        batches: ottla.MetadataBatch.$Properties[];

        /**
         * Creates a new LogFrame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns LogFrame instance
         */
        static create(properties: ottla.LogFrame.$Shape): ottla.LogFrame & ottla.LogFrame.$Shape;
        static create(properties?: ottla.LogFrame.$Properties): ottla.LogFrame;

        /**
         * Encodes the specified LogFrame message. Does not implicitly {@link ottla.LogFrame.verify|verify} messages.
         * @param message LogFrame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.LogFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a LogFrame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.LogFrame & ottla.LogFrame.$Shape} LogFrame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.LogFrame & ottla.LogFrame.$Shape;

        /**
         * Creates a LogFrame message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns LogFrame
         */
        static fromObject(object: { [k: string]: any }): ottla.LogFrame;

        /**
         * Creates a plain object from a LogFrame message. Also converts values to other types if specified.
         * @param message LogFrame
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.LogFrame, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this LogFrame to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace LogFrame {

        /** Properties of a LogFrame. */
        interface $Properties {

            /** LogFrame batches */
            batches?: (ottla.MetadataBatch.$Properties[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a LogFrame. */
        type $Shape = {
          batches?: ottla.MetadataBatch.$Shape[]|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of a SnapshotFrame.
     * @deprecated Use ottla.SnapshotFrame.$Properties instead.
     */
    interface ISnapshotFrame extends ottla.SnapshotFrame.$Properties {
    }

    /** Represents a SnapshotFrame. */
    class SnapshotFrame {

        /**
         * Constructs a new SnapshotFrame.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.SnapshotFrame.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** SnapshotFrame offset. */
        offset: number;

        /** SnapshotFrame controllerEpoch. */
        controllerEpoch: number;

        /** SnapshotFrame epochs. */
        epochs: ottla.EpochStart.$Properties[];

        /** SnapshotFrame records. */
        records: ottla.MetadataRecord.$Properties[];

        /** SnapshotFrame last. */
        last: boolean;

        /**
         * Creates a new SnapshotFrame instance using the specified properties.
         * @param [properties] Properties to set
         * @returns SnapshotFrame instance
         */
        static create(properties: ottla.SnapshotFrame.$Shape): ottla.SnapshotFrame & ottla.SnapshotFrame.$Shape;
        static create(properties?: ottla.SnapshotFrame.$Properties): ottla.SnapshotFrame;

        /**
         * Encodes the specified SnapshotFrame message. Does not implicitly {@link ottla.SnapshotFrame.verify|verify} messages.
         * @param message SnapshotFrame message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.SnapshotFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a SnapshotFrame message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.SnapshotFrame & ottla.SnapshotFrame.$Shape} SnapshotFrame
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.SnapshotFrame & ottla.SnapshotFrame.$Shape;

        /**
         * Creates a SnapshotFrame message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns SnapshotFrame
         */
        static fromObject(object: { [k: string]: any }): ottla.SnapshotFrame;

        /**
         * Creates a plain object from a SnapshotFrame message. Also converts values to other types if specified.
         * @param message SnapshotFrame
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.SnapshotFrame, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this SnapshotFrame to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace SnapshotFrame {

        /** Properties of a SnapshotFrame. */
        interface $Properties {

            /** SnapshotFrame offset */
            offset?: (number|null);

            /** SnapshotFrame controllerEpoch */
            controllerEpoch?: (number|null);

            /** SnapshotFrame epochs */
            epochs?: (ottla.EpochStart.$Properties[]|null);

            /** SnapshotFrame records */
            records?: (ottla.MetadataRecord.$Properties[]|null);

            /** SnapshotFrame last */
            last?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a SnapshotFrame. */
        type $Shape = {
          offset?: number|null;
          controllerEpoch?: number|null;
          epochs?: ottla.EpochStart.$Shape[]|null;
          records?: ottla.MetadataRecord.$Shape[]|null;
          last?: boolean|null;
          $unknowns?: Uint8Array[];
        };
    }

    /**
     * Properties of an EpochStart.
     * @deprecated Use ottla.EpochStart.$Properties instead.
     */
    interface IEpochStart extends ottla.EpochStart.$Properties {
    }

    /** Represents an EpochStart. */
    class EpochStart {

        /**
         * Constructs a new EpochStart.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.EpochStart.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** EpochStart controllerEpoch. */
        controllerEpoch: number;

        /** EpochStart startOffset. */
        startOffset: number;

        /**
         * Creates a new EpochStart instance using the specified properties.
         * @param [properties] Properties to set
         * @returns EpochStart instance
         */
        static create(properties: ottla.EpochStart.$Shape): ottla.EpochStart & ottla.EpochStart.$Shape;
        static create(properties?: ottla.EpochStart.$Properties): ottla.EpochStart;

        /**
         * Encodes the specified EpochStart message. Does not implicitly {@link ottla.EpochStart.verify|verify} messages.
         * @param message EpochStart message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.EpochStart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an EpochStart message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.EpochStart & ottla.EpochStart.$Shape} EpochStart
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.EpochStart & ottla.EpochStart.$Shape;

        /**
         * Creates an EpochStart message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns EpochStart
         */
        static fromObject(object: { [k: string]: any }): ottla.EpochStart;

        /**
         * Creates a plain object from an EpochStart message. Also converts values to other types if specified.
         * @param message EpochStart
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.EpochStart, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this EpochStart to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace EpochStart {

        /** Properties of an EpochStart. */
        interface $Properties {

            /** EpochStart controllerEpoch */
            controllerEpoch?: (number|null);

            /** EpochStart startOffset */
            startOffset?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an EpochStart. */
        type $Shape = ottla.EpochStart.$Properties;
    }

    /**
     * Properties of a MetadataRecord.
     * @deprecated Use ottla.MetadataRecord.$Properties instead.
     */
    interface IMetadataRecord extends ottla.MetadataRecord.$Properties {
    }

    /** Represents a MetadataRecord. */
    class MetadataRecord {

        /**
         * Constructs a new MetadataRecord.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.MetadataRecord.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** MetadataRecord clusterCreated. */
        clusterCreated?: (ottla.ClusterCreated.$Properties|null);

        /** MetadataRecord controllerStarted. */
        controllerStarted?: (ottla.ControllerStarted.$Properties|null);

        /** MetadataRecord featureLevel. */
        featureLevel?: (ottla.FeatureLevel.$Properties|null);

        /** MetadataRecord registerBroker. */
        registerBroker?: (ottla.RegisterBroker.$Properties|null);

        /** MetadataRecord brokerChange. */
        brokerChange?: (ottla.BrokerChange.$Properties|null);

        /** MetadataRecord unregisterBroker. */
        unregisterBroker?: (ottla.UnregisterBroker.$Properties|null);

        /** MetadataRecord topic. */
        topic?: (ottla.Topic.$Properties|null);

        /** MetadataRecord partition. */
        partition?: (ottla.Partition.$Properties|null);

        /** MetadataRecord partitionChange. */
        partitionChange?: (ottla.PartitionChange.$Properties|null);

        /** MetadataRecord removeTopic. */
        removeTopic?: (ottla.RemoveTopic.$Properties|null);

        /** MetadataRecord config. */
        config?: (ottla.Config.$Properties|null);

        /** MetadataRecord producerIds. */
        producerIds?: (ottla.ProducerIds.$Properties|null);

        /** MetadataRecord type. */
        type?: ("clusterCreated"|"controllerStarted"|"featureLevel"|"registerBroker"|"brokerChange"|"unregisterBroker"|"topic"|"partition"|"partitionChange"|"removeTopic"|"config"|"producerIds");

        /**
         * Creates a new MetadataRecord instance using the specified properties.
         * @param [properties] Properties to set
         * @returns MetadataRecord instance
         */
        static create(properties: ottla.MetadataRecord.$Shape): ottla.MetadataRecord & ottla.MetadataRecord.$Shape;
        static create(properties?: ottla.MetadataRecord.$Properties): ottla.MetadataRecord;

        /**
         * Encodes the specified MetadataRecord message. Does not implicitly {@link ottla.MetadataRecord.verify|verify} messages.
         * @param message MetadataRecord message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.MetadataRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a MetadataRecord message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.MetadataRecord & ottla.MetadataRecord.$Shape} MetadataRecord
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.MetadataRecord & ottla.MetadataRecord.$Shape;

        /**
         * Creates a MetadataRecord message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns MetadataRecord
         */
        static fromObject(object: { [k: string]: any }): ottla.MetadataRecord;

        /**
         * Creates a plain object from a MetadataRecord message. Also converts values to other types if specified.
         * @param message MetadataRecord
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.MetadataRecord, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this MetadataRecord to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace MetadataRecord {

        /** Properties of a MetadataRecord. */
        interface $Properties {

            /** MetadataRecord clusterCreated */
            clusterCreated?: (ottla.ClusterCreated.$Properties|null);

            /** MetadataRecord controllerStarted */
            controllerStarted?: (ottla.ControllerStarted.$Properties|null);

            /** MetadataRecord featureLevel */
            featureLevel?: (ottla.FeatureLevel.$Properties|null);

            /** MetadataRecord registerBroker */
            registerBroker?: (ottla.RegisterBroker.$Properties|null);

            /** MetadataRecord brokerChange */
            brokerChange?: (ottla.BrokerChange.$Properties|null);

            /** MetadataRecord unregisterBroker */
            unregisterBroker?: (ottla.UnregisterBroker.$Properties|null);

            /** MetadataRecord topic */
            topic?: (ottla.Topic.$Properties|null);

            /** MetadataRecord partition */
            partition?: (ottla.Partition.$Properties|null);

            /** MetadataRecord partitionChange */
            partitionChange?: (ottla.PartitionChange.$Properties|null);

            /** MetadataRecord removeTopic */
            removeTopic?: (ottla.RemoveTopic.$Properties|null);

            /** MetadataRecord config */
            config?: (ottla.Config.$Properties|null);

            /** MetadataRecord producerIds */
            producerIds?: (ottla.ProducerIds.$Properties|null);

            /** MetadataRecord type */
            type?: ("clusterCreated"|"controllerStarted"|"featureLevel"|"registerBroker"|"brokerChange"|"unregisterBroker"|"topic"|"partition"|"partitionChange"|"removeTopic"|"config"|"producerIds");

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Narrowed shape of a MetadataRecord. */
        type $Shape = {
          clusterCreated?: ottla.ClusterCreated.$Shape|null;
          controllerStarted?: ottla.ControllerStarted.$Shape|null;
          featureLevel?: ottla.FeatureLevel.$Shape|null;
          registerBroker?: ottla.RegisterBroker.$Shape|null;
          brokerChange?: ottla.BrokerChange.$Shape|null;
          unregisterBroker?: ottla.UnregisterBroker.$Shape|null;
          topic?: ottla.Topic.$Shape|null;
          partition?: ottla.Partition.$Shape|null;
          partitionChange?: ottla.PartitionChange.$Shape|null;
          removeTopic?: ottla.RemoveTopic.$Shape|null;
          config?: ottla.Config.$Shape|null;
          producerIds?: ottla.ProducerIds.$Shape|null;
          $unknowns?: Uint8Array[];
        } & (
          ({ type?: undefined; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "clusterCreated"; clusterCreated: ottla.ClusterCreated.$Shape; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "controllerStarted"; clusterCreated?: null; controllerStarted: ottla.ControllerStarted.$Shape; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "featureLevel"; clusterCreated?: null; controllerStarted?: null; featureLevel: ottla.FeatureLevel.$Shape; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "registerBroker"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker: ottla.RegisterBroker.$Shape; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "brokerChange"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange: ottla.BrokerChange.$Shape; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "unregisterBroker"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker: ottla.UnregisterBroker.$Shape; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "topic"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic: ottla.Topic.$Shape; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "partition"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition: ottla.Partition.$Shape; partitionChange?: null; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "partitionChange"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange: ottla.PartitionChange.$Shape; removeTopic?: null; config?: null; producerIds?: null }|{ type?: "removeTopic"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic: ottla.RemoveTopic.$Shape; config?: null; producerIds?: null }|{ type?: "config"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config: ottla.Config.$Shape; producerIds?: null }|{ type?: "producerIds"; clusterCreated?: null; controllerStarted?: null; featureLevel?: null; registerBroker?: null; brokerChange?: null; unregisterBroker?: null; topic?: null; partition?: null; partitionChange?: null; removeTopic?: null; config?: null; producerIds: ottla.ProducerIds.$Shape })
        );
    }

    /**
     * Properties of a ClusterCreated.
     * @deprecated Use ottla.ClusterCreated.$Properties instead.
     */
    interface IClusterCreated extends ottla.ClusterCreated.$Properties {
    }

    /** Represents a ClusterCreated. */
    class ClusterCreated {

        /**
         * Constructs a new ClusterCreated.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.ClusterCreated.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ClusterCreated clusterId. */
        clusterId: string;

        /**
         * Creates a new ClusterCreated instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ClusterCreated instance
         */
        static create(properties: ottla.ClusterCreated.$Shape): ottla.ClusterCreated & ottla.ClusterCreated.$Shape;
        static create(properties?: ottla.ClusterCreated.$Properties): ottla.ClusterCreated;

        /**
         * Encodes the specified ClusterCreated message. Does not implicitly {@link ottla.ClusterCreated.verify|verify} messages.
         * @param message ClusterCreated message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.ClusterCreated.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ClusterCreated message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.ClusterCreated & ottla.ClusterCreated.$Shape} ClusterCreated
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.ClusterCreated & ottla.ClusterCreated.$Shape;

        /**
         * Creates a ClusterCreated message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ClusterCreated
         */
        static fromObject(object: { [k: string]: any }): ottla.ClusterCreated;

        /**
         * Creates a plain object from a ClusterCreated message. Also converts values to other types if specified.
         * @param message ClusterCreated
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.ClusterCreated, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ClusterCreated to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace ClusterCreated {

        /** Properties of a ClusterCreated. */
        interface $Properties {

            /** ClusterCreated clusterId */
            clusterId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ClusterCreated. */
        type $Shape = ottla.ClusterCreated.$Properties;
    }

    /**
     * Properties of a ControllerStarted.
     * @deprecated Use ottla.ControllerStarted.$Properties instead.
     */
    interface IControllerStarted extends ottla.ControllerStarted.$Properties {
    }

    /** Represents a ControllerStarted. */
    class ControllerStarted {

        /**
         * Constructs a new ControllerStarted.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.ControllerStarted.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ControllerStarted controllerEpoch. */
        controllerEpoch: number;

        /**
         * Creates a new ControllerStarted instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ControllerStarted instance
         */
        static create(properties: ottla.ControllerStarted.$Shape): ottla.ControllerStarted & ottla.ControllerStarted.$Shape;
        static create(properties?: ottla.ControllerStarted.$Properties): ottla.ControllerStarted;

        /**
         * Encodes the specified ControllerStarted message. Does not implicitly {@link ottla.ControllerStarted.verify|verify} messages.
         * @param message ControllerStarted message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.ControllerStarted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ControllerStarted message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.ControllerStarted & ottla.ControllerStarted.$Shape} ControllerStarted
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.ControllerStarted & ottla.ControllerStarted.$Shape;

        /**
         * Creates a ControllerStarted message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ControllerStarted
         */
        static fromObject(object: { [k: string]: any }): ottla.ControllerStarted;

        /**
         * Creates a plain object from a ControllerStarted message. Also converts values to other types if specified.
         * @param message ControllerStarted
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.ControllerStarted, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ControllerStarted to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace ControllerStarted {

        /** Properties of a ControllerStarted. */
        interface $Properties {

            /** ControllerStarted controllerEpoch */
            controllerEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ControllerStarted. */
        type $Shape = ottla.ControllerStarted.$Properties;
    }

    /**
     * Properties of a FeatureLevel.
     * @deprecated Use ottla.FeatureLevel.$Properties instead.
     */
    interface IFeatureLevel extends ottla.FeatureLevel.$Properties {
    }

    /** Represents a FeatureLevel. */
    class FeatureLevel {

        /**
         * Constructs a new FeatureLevel.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.FeatureLevel.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** FeatureLevel name. */
        name: string;

        /** FeatureLevel level. */
        level: number;

        /**
         * Creates a new FeatureLevel instance using the specified properties.
         * @param [properties] Properties to set
         * @returns FeatureLevel instance
         */
        static create(properties: ottla.FeatureLevel.$Shape): ottla.FeatureLevel & ottla.FeatureLevel.$Shape;
        static create(properties?: ottla.FeatureLevel.$Properties): ottla.FeatureLevel;

        /**
         * Encodes the specified FeatureLevel message. Does not implicitly {@link ottla.FeatureLevel.verify|verify} messages.
         * @param message FeatureLevel message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.FeatureLevel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a FeatureLevel message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.FeatureLevel & ottla.FeatureLevel.$Shape} FeatureLevel
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.FeatureLevel & ottla.FeatureLevel.$Shape;

        /**
         * Creates a FeatureLevel message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns FeatureLevel
         */
        static fromObject(object: { [k: string]: any }): ottla.FeatureLevel;

        /**
         * Creates a plain object from a FeatureLevel message. Also converts values to other types if specified.
         * @param message FeatureLevel
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.FeatureLevel, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this FeatureLevel to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace FeatureLevel {

        /** Properties of a FeatureLevel. */
        interface $Properties {

            /** FeatureLevel name */
            name?: (string|null);

            /** FeatureLevel level */
            level?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a FeatureLevel. */
        type $Shape = ottla.FeatureLevel.$Properties;
    }

    /**
     * Properties of a BrokerListener.
     * @deprecated Use ottla.BrokerListener.$Properties instead.
     */
    interface IBrokerListener extends ottla.BrokerListener.$Properties {
    }

    /** Represents a BrokerListener. */
    class BrokerListener {

        /**
         * Constructs a new BrokerListener.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.BrokerListener.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** BrokerListener name. */
        name: string;

        /** BrokerListener securityProtocol. */
        securityProtocol: string;

        /** BrokerListener host. */
        host: string;

        /** BrokerListener port. */
        port: number;

        /**
         * Creates a new BrokerListener instance using the specified properties.
         * @param [properties] Properties to set
         * @returns BrokerListener instance
         */
        static create(properties: ottla.BrokerListener.$Shape): ottla.BrokerListener & ottla.BrokerListener.$Shape;
        static create(properties?: ottla.BrokerListener.$Properties): ottla.BrokerListener;

        /**
         * Encodes the specified BrokerListener message. Does not implicitly {@link ottla.BrokerListener.verify|verify} messages.
         * @param message BrokerListener message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.BrokerListener.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a BrokerListener message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.BrokerListener & ottla.BrokerListener.$Shape} BrokerListener
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.BrokerListener & ottla.BrokerListener.$Shape;

        /**
         * Creates a BrokerListener message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns BrokerListener
         */
        static fromObject(object: { [k: string]: any }): ottla.BrokerListener;

        /**
         * Creates a plain object from a BrokerListener message. Also converts values to other types if specified.
         * @param message BrokerListener
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.BrokerListener, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this BrokerListener to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace BrokerListener {

        /** Properties of a BrokerListener. */
        interface $Properties {

            /** BrokerListener name */
            name?: (string|null);

            /** BrokerListener securityProtocol */
            securityProtocol?: (string|null);

            /** BrokerListener host */
            host?: (string|null);

            /** BrokerListener port */
            port?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a BrokerListener. */
        type $Shape = ottla.BrokerListener.$Properties;
    }

    /**
     * Properties of a RegisterBroker.
     * @deprecated Use ottla.RegisterBroker.$Properties instead.
     */
    interface IRegisterBroker extends ottla.RegisterBroker.$Properties {
    }

    /** Represents a RegisterBroker. */
    class RegisterBroker {

        /**
         * Constructs a new RegisterBroker.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.RegisterBroker.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RegisterBroker id. */
        id: number;

        /** RegisterBroker epoch. */
        epoch: number;

        /** RegisterBroker incarnationId. */
        incarnationId: string;

        /** RegisterBroker listeners. */
        listeners: ottla.BrokerListener.$Properties[];

        /** RegisterBroker rack. */
        rack?: (string|null);

        /** RegisterBroker fenced. */
        fenced: boolean;

        /** RegisterBroker shuttingDown. */
        shuttingDown: boolean;

        /** RegisterBroker directoryIds. */
        directoryIds: string[];

        /** RegisterBroker filesEpoch. */
        filesEpoch: number;

        /**
         * Creates a new RegisterBroker instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RegisterBroker instance
         */
        static create(properties: ottla.RegisterBroker.$Shape): ottla.RegisterBroker & ottla.RegisterBroker.$Shape;
        static create(properties?: ottla.RegisterBroker.$Properties): ottla.RegisterBroker;

        /**
         * Encodes the specified RegisterBroker message. Does not implicitly {@link ottla.RegisterBroker.verify|verify} messages.
         * @param message RegisterBroker message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.RegisterBroker.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RegisterBroker message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.RegisterBroker & ottla.RegisterBroker.$Shape} RegisterBroker
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.RegisterBroker & ottla.RegisterBroker.$Shape;

        /**
         * Creates a RegisterBroker message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RegisterBroker
         */
        static fromObject(object: { [k: string]: any }): ottla.RegisterBroker;

        /**
         * Creates a plain object from a RegisterBroker message. Also converts values to other types if specified.
         * @param message RegisterBroker
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.RegisterBroker, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RegisterBroker to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace RegisterBroker {

        /** Properties of a RegisterBroker. */
        interface $Properties {

            /** RegisterBroker id */
            id?: (number|null);

            /** RegisterBroker epoch */
            epoch?: (number|null);

            /** RegisterBroker incarnationId */
            incarnationId?: (string|null);

            /** RegisterBroker listeners */
            listeners?: (ottla.BrokerListener.$Properties[]|null);

            /** RegisterBroker rack */
            rack?: (string|null);

            /** RegisterBroker fenced */
            fenced?: (boolean|null);

            /** RegisterBroker shuttingDown */
            shuttingDown?: (boolean|null);

            /** RegisterBroker directoryIds */
            directoryIds?: (string[]|null);

            /** RegisterBroker filesEpoch */
            filesEpoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RegisterBroker. */
        type $Shape = ottla.RegisterBroker.$Properties;
    }

    /**
     * Properties of a BrokerChange.
     * @deprecated Use ottla.BrokerChange.$Properties instead.
     */
    interface IBrokerChange extends ottla.BrokerChange.$Properties {
    }

    /** Represents a BrokerChange. */
    class BrokerChange {

        /**
         * Constructs a new BrokerChange.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.BrokerChange.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** BrokerChange id. */
        id: number;

        /** BrokerChange epoch. */
        epoch: number;

        /** BrokerChange fenced. */
        fenced?: (boolean|null);

        /** BrokerChange shuttingDown. */
        shuttingDown?: (boolean|null);

        /**
         * Creates a new BrokerChange instance using the specified properties.
         * @param [properties] Properties to set
         * @returns BrokerChange instance
         */
        static create(properties: ottla.BrokerChange.$Shape): ottla.BrokerChange & ottla.BrokerChange.$Shape;
        static create(properties?: ottla.BrokerChange.$Properties): ottla.BrokerChange;

        /**
         * Encodes the specified BrokerChange message. Does not implicitly {@link ottla.BrokerChange.verify|verify} messages.
         * @param message BrokerChange message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.BrokerChange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a BrokerChange message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.BrokerChange & ottla.BrokerChange.$Shape} BrokerChange
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.BrokerChange & ottla.BrokerChange.$Shape;

        /**
         * Creates a BrokerChange message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns BrokerChange
         */
        static fromObject(object: { [k: string]: any }): ottla.BrokerChange;

        /**
         * Creates a plain object from a BrokerChange message. Also converts values to other types if specified.
         * @param message BrokerChange
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.BrokerChange, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this BrokerChange to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace BrokerChange {

        /** Properties of a BrokerChange. */
        interface $Properties {

            /** BrokerChange id */
            id?: (number|null);

            /** BrokerChange epoch */
            epoch?: (number|null);

            /** BrokerChange fenced */
            fenced?: (boolean|null);

            /** BrokerChange shuttingDown */
            shuttingDown?: (boolean|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a BrokerChange. */
        type $Shape = ottla.BrokerChange.$Properties;
    }

    /**
     * Properties of an UnregisterBroker.
     * @deprecated Use ottla.UnregisterBroker.$Properties instead.
     */
    interface IUnregisterBroker extends ottla.UnregisterBroker.$Properties {
    }

    /** Represents an UnregisterBroker. */
    class UnregisterBroker {

        /**
         * Constructs a new UnregisterBroker.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.UnregisterBroker.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** UnregisterBroker id. */
        id: number;

        /** UnregisterBroker epoch. */
        epoch: number;

        /**
         * Creates a new UnregisterBroker instance using the specified properties.
         * @param [properties] Properties to set
         * @returns UnregisterBroker instance
         */
        static create(properties: ottla.UnregisterBroker.$Shape): ottla.UnregisterBroker & ottla.UnregisterBroker.$Shape;
        static create(properties?: ottla.UnregisterBroker.$Properties): ottla.UnregisterBroker;

        /**
         * Encodes the specified UnregisterBroker message. Does not implicitly {@link ottla.UnregisterBroker.verify|verify} messages.
         * @param message UnregisterBroker message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.UnregisterBroker.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes an UnregisterBroker message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.UnregisterBroker & ottla.UnregisterBroker.$Shape} UnregisterBroker
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.UnregisterBroker & ottla.UnregisterBroker.$Shape;

        /**
         * Creates an UnregisterBroker message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns UnregisterBroker
         */
        static fromObject(object: { [k: string]: any }): ottla.UnregisterBroker;

        /**
         * Creates a plain object from an UnregisterBroker message. Also converts values to other types if specified.
         * @param message UnregisterBroker
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.UnregisterBroker, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this UnregisterBroker to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace UnregisterBroker {

        /** Properties of an UnregisterBroker. */
        interface $Properties {

            /** UnregisterBroker id */
            id?: (number|null);

            /** UnregisterBroker epoch */
            epoch?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of an UnregisterBroker. */
        type $Shape = ottla.UnregisterBroker.$Properties;
    }

    /**
     * Properties of a Topic.
     * @deprecated Use ottla.Topic.$Properties instead.
     */
    interface ITopic extends ottla.Topic.$Properties {
    }

    /** Represents a Topic. */
    class Topic {

        /**
         * Constructs a new Topic.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Topic.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Topic name. */
        name: string;

        /** Topic id. */
        id: string;

        /**
         * Creates a new Topic instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Topic instance
         */
        static create(properties: ottla.Topic.$Shape): ottla.Topic & ottla.Topic.$Shape;
        static create(properties?: ottla.Topic.$Properties): ottla.Topic;

        /**
         * Encodes the specified Topic message. Does not implicitly {@link ottla.Topic.verify|verify} messages.
         * @param message Topic message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Topic.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Topic message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Topic & ottla.Topic.$Shape} Topic
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Topic & ottla.Topic.$Shape;

        /**
         * Creates a Topic message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Topic
         */
        static fromObject(object: { [k: string]: any }): ottla.Topic;

        /**
         * Creates a plain object from a Topic message. Also converts values to other types if specified.
         * @param message Topic
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Topic, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Topic to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Topic {

        /** Properties of a Topic. */
        interface $Properties {

            /** Topic name */
            name?: (string|null);

            /** Topic id */
            id?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Topic. */
        type $Shape = ottla.Topic.$Properties;
    }

    /**
     * Properties of a Partition.
     * @deprecated Use ottla.Partition.$Properties instead.
     */
    interface IPartition extends ottla.Partition.$Properties {
    }

    /** Represents a Partition. */
    class Partition {

        /**
         * Constructs a new Partition.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Partition.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Partition topicId. */
        topicId: string;

        /** Partition partition. */
        partition: number;

        /** Partition replicas. */
        replicas: number[];

        /** Partition isr. */
        isr: number[];

        /** Partition leader. */
        leader: number;

        /** Partition leaderEpoch. */
        leaderEpoch: number;

        /** Partition partitionEpoch. */
        partitionEpoch: number;

        /** Partition elr. */
        elr: number[];

        /** Partition lastKnownElr. */
        lastKnownElr: number[];

        /** Partition addingReplicas. */
        addingReplicas: number[];

        /** Partition removingReplicas. */
        removingReplicas: number[];

        /** Partition leaderRecoveryState. */
        leaderRecoveryState: number;

        /**
         * Creates a new Partition instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Partition instance
         */
        static create(properties: ottla.Partition.$Shape): ottla.Partition & ottla.Partition.$Shape;
        static create(properties?: ottla.Partition.$Properties): ottla.Partition;

        /**
         * Encodes the specified Partition message. Does not implicitly {@link ottla.Partition.verify|verify} messages.
         * @param message Partition message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Partition.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Partition message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Partition & ottla.Partition.$Shape} Partition
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Partition & ottla.Partition.$Shape;

        /**
         * Creates a Partition message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Partition
         */
        static fromObject(object: { [k: string]: any }): ottla.Partition;

        /**
         * Creates a plain object from a Partition message. Also converts values to other types if specified.
         * @param message Partition
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Partition, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Partition to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Partition {

        /** Properties of a Partition. */
        interface $Properties {

            /** Partition topicId */
            topicId?: (string|null);

            /** Partition partition */
            partition?: (number|null);

            /** Partition replicas */
            replicas?: (number[]|null);

            /** Partition isr */
            isr?: (number[]|null);

            /** Partition leader */
            leader?: (number|null);

            /** Partition leaderEpoch */
            leaderEpoch?: (number|null);

            /** Partition partitionEpoch */
            partitionEpoch?: (number|null);

            /** Partition elr */
            elr?: (number[]|null);

            /** Partition lastKnownElr */
            lastKnownElr?: (number[]|null);

            /** Partition addingReplicas */
            addingReplicas?: (number[]|null);

            /** Partition removingReplicas */
            removingReplicas?: (number[]|null);

            /** Partition leaderRecoveryState */
            leaderRecoveryState?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Partition. */
        type $Shape = ottla.Partition.$Properties;
    }

    /**
     * Properties of a BrokerIds.
     * @deprecated Use ottla.BrokerIds.$Properties instead.
     */
    interface IBrokerIds extends ottla.BrokerIds.$Properties {
    }

    /** Represents a BrokerIds. */
    class BrokerIds {

        /**
         * Constructs a new BrokerIds.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.BrokerIds.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** BrokerIds ids. */
        ids: number[];

        /**
         * Creates a new BrokerIds instance using the specified properties.
         * @param [properties] Properties to set
         * @returns BrokerIds instance
         */
        static create(properties: ottla.BrokerIds.$Shape): ottla.BrokerIds & ottla.BrokerIds.$Shape;
        static create(properties?: ottla.BrokerIds.$Properties): ottla.BrokerIds;

        /**
         * Encodes the specified BrokerIds message. Does not implicitly {@link ottla.BrokerIds.verify|verify} messages.
         * @param message BrokerIds message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.BrokerIds.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a BrokerIds message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.BrokerIds & ottla.BrokerIds.$Shape} BrokerIds
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.BrokerIds & ottla.BrokerIds.$Shape;

        /**
         * Creates a BrokerIds message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns BrokerIds
         */
        static fromObject(object: { [k: string]: any }): ottla.BrokerIds;

        /**
         * Creates a plain object from a BrokerIds message. Also converts values to other types if specified.
         * @param message BrokerIds
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.BrokerIds, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this BrokerIds to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace BrokerIds {

        /** Properties of a BrokerIds. */
        interface $Properties {

            /** BrokerIds ids */
            ids?: (number[]|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a BrokerIds. */
        type $Shape = ottla.BrokerIds.$Properties;
    }

    /**
     * Properties of a PartitionChange.
     * @deprecated Use ottla.PartitionChange.$Properties instead.
     */
    interface IPartitionChange extends ottla.PartitionChange.$Properties {
    }

    /** Represents a PartitionChange. */
    class PartitionChange {

        /**
         * Constructs a new PartitionChange.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.PartitionChange.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** PartitionChange topicId. */
        topicId: string;

        /** PartitionChange partition. */
        partition: number;

        /** PartitionChange leader. */
        leader?: (number|null);

        /** PartitionChange isr. */
        isr?: (ottla.BrokerIds.$Properties|null);

        /** PartitionChange elr. */
        elr?: (ottla.BrokerIds.$Properties|null);

        /** PartitionChange lastKnownElr. */
        lastKnownElr?: (ottla.BrokerIds.$Properties|null);

        /** PartitionChange replicas. */
        replicas?: (ottla.BrokerIds.$Properties|null);

        /** PartitionChange addingReplicas. */
        addingReplicas?: (ottla.BrokerIds.$Properties|null);

        /** PartitionChange removingReplicas. */
        removingReplicas?: (ottla.BrokerIds.$Properties|null);

        /** PartitionChange leaderRecoveryState. */
        leaderRecoveryState?: (number|null);

        /**
         * Creates a new PartitionChange instance using the specified properties.
         * @param [properties] Properties to set
         * @returns PartitionChange instance
         */
        static create(properties: ottla.PartitionChange.$Shape): ottla.PartitionChange & ottla.PartitionChange.$Shape;
        static create(properties?: ottla.PartitionChange.$Properties): ottla.PartitionChange;

        /**
         * Encodes the specified PartitionChange message. Does not implicitly {@link ottla.PartitionChange.verify|verify} messages.
         * @param message PartitionChange message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.PartitionChange.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a PartitionChange message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.PartitionChange & ottla.PartitionChange.$Shape} PartitionChange
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.PartitionChange & ottla.PartitionChange.$Shape;

        /**
         * Creates a PartitionChange message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns PartitionChange
         */
        static fromObject(object: { [k: string]: any }): ottla.PartitionChange;

        /**
         * Creates a plain object from a PartitionChange message. Also converts values to other types if specified.
         * @param message PartitionChange
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.PartitionChange, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this PartitionChange to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace PartitionChange {

        /** Properties of a PartitionChange. */
        interface $Properties {

            /** PartitionChange topicId */
            topicId?: (string|null);

            /** PartitionChange partition */
            partition?: (number|null);

            /** PartitionChange leader */
            leader?: (number|null);

            /** PartitionChange isr */
            isr?: (ottla.BrokerIds.$Properties|null);

            /** PartitionChange elr */
            elr?: (ottla.BrokerIds.$Properties|null);

            /** PartitionChange lastKnownElr */
            lastKnownElr?: (ottla.BrokerIds.$Properties|null);

            /** PartitionChange replicas */
            replicas?: (ottla.BrokerIds.$Properties|null);

            /** PartitionChange addingReplicas */
            addingReplicas?: (ottla.BrokerIds.$Properties|null);

            /** PartitionChange removingReplicas */
            removingReplicas?: (ottla.BrokerIds.$Properties|null);

            /** PartitionChange leaderRecoveryState */
            leaderRecoveryState?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a PartitionChange. */
        type $Shape = ottla.PartitionChange.$Properties;
    }

    /**
     * Properties of a RemoveTopic.
     * @deprecated Use ottla.RemoveTopic.$Properties instead.
     */
    interface IRemoveTopic extends ottla.RemoveTopic.$Properties {
    }

    /** Represents a RemoveTopic. */
    class RemoveTopic {

        /**
         * Constructs a new RemoveTopic.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.RemoveTopic.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** RemoveTopic topicId. */
        topicId: string;

        /**
         * Creates a new RemoveTopic instance using the specified properties.
         * @param [properties] Properties to set
         * @returns RemoveTopic instance
         */
        static create(properties: ottla.RemoveTopic.$Shape): ottla.RemoveTopic & ottla.RemoveTopic.$Shape;
        static create(properties?: ottla.RemoveTopic.$Properties): ottla.RemoveTopic;

        /**
         * Encodes the specified RemoveTopic message. Does not implicitly {@link ottla.RemoveTopic.verify|verify} messages.
         * @param message RemoveTopic message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.RemoveTopic.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a RemoveTopic message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.RemoveTopic & ottla.RemoveTopic.$Shape} RemoveTopic
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.RemoveTopic & ottla.RemoveTopic.$Shape;

        /**
         * Creates a RemoveTopic message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns RemoveTopic
         */
        static fromObject(object: { [k: string]: any }): ottla.RemoveTopic;

        /**
         * Creates a plain object from a RemoveTopic message. Also converts values to other types if specified.
         * @param message RemoveTopic
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.RemoveTopic, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this RemoveTopic to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace RemoveTopic {

        /** Properties of a RemoveTopic. */
        interface $Properties {

            /** RemoveTopic topicId */
            topicId?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a RemoveTopic. */
        type $Shape = ottla.RemoveTopic.$Properties;
    }

    /**
     * Properties of a Config.
     * @deprecated Use ottla.Config.$Properties instead.
     */
    interface IConfig extends ottla.Config.$Properties {
    }

    /** Represents a Config. */
    class Config {

        /**
         * Constructs a new Config.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.Config.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** Config resourceType. */
        resourceType: string;

        /** Config resourceName. */
        resourceName: string;

        /** Config name. */
        name: string;

        /** Config value. */
        value?: (string|null);

        /**
         * Creates a new Config instance using the specified properties.
         * @param [properties] Properties to set
         * @returns Config instance
         */
        static create(properties: ottla.Config.$Shape): ottla.Config & ottla.Config.$Shape;
        static create(properties?: ottla.Config.$Properties): ottla.Config;

        /**
         * Encodes the specified Config message. Does not implicitly {@link ottla.Config.verify|verify} messages.
         * @param message Config message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.Config.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a Config message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.Config & ottla.Config.$Shape} Config
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.Config & ottla.Config.$Shape;

        /**
         * Creates a Config message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns Config
         */
        static fromObject(object: { [k: string]: any }): ottla.Config;

        /**
         * Creates a plain object from a Config message. Also converts values to other types if specified.
         * @param message Config
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.Config, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this Config to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace Config {

        /** Properties of a Config. */
        interface $Properties {

            /** Config resourceType */
            resourceType?: (string|null);

            /** Config resourceName */
            resourceName?: (string|null);

            /** Config name */
            name?: (string|null);

            /** Config value */
            value?: (string|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a Config. */
        type $Shape = ottla.Config.$Properties;
    }

    /**
     * Properties of a ProducerIds.
     * @deprecated Use ottla.ProducerIds.$Properties instead.
     */
    interface IProducerIds extends ottla.ProducerIds.$Properties {
    }

    /** Represents a ProducerIds. */
    class ProducerIds {

        /**
         * Constructs a new ProducerIds.
         * @param [properties] Properties to set
         */
        constructor(properties?: ottla.ProducerIds.$Properties);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];

        /** ProducerIds nextProducerId. */
        nextProducerId: number;

        /**
         * Creates a new ProducerIds instance using the specified properties.
         * @param [properties] Properties to set
         * @returns ProducerIds instance
         */
        static create(properties: ottla.ProducerIds.$Shape): ottla.ProducerIds & ottla.ProducerIds.$Shape;
        static create(properties?: ottla.ProducerIds.$Properties): ottla.ProducerIds;

        /**
         * Encodes the specified ProducerIds message. Does not implicitly {@link ottla.ProducerIds.verify|verify} messages.
         * @param message ProducerIds message or plain object to encode
         * @param [writer] Writer to encode to
         * @returns Writer
         */
        static encode(message: ottla.ProducerIds.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

        /**
         * Decodes a ProducerIds message from the specified reader or buffer.
         * @param reader Reader or buffer to decode from
         * @param [length] Message length if known beforehand
         * @returns {ottla.ProducerIds & ottla.ProducerIds.$Shape} ProducerIds
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ottla.ProducerIds & ottla.ProducerIds.$Shape;

        /**
         * Creates a ProducerIds message from a plain object. Also converts values to their respective internal types.
         * @param object Plain object
         * @returns ProducerIds
         */
        static fromObject(object: { [k: string]: any }): ottla.ProducerIds;

        /**
         * Creates a plain object from a ProducerIds message. Also converts values to other types if specified.
         * @param message ProducerIds
         * @param [options] Conversion options
         * @returns Plain object
         */
        static toObject(message: ottla.ProducerIds, options?: $protobuf.IConversionOptions): { [k: string]: any };

        /**
         * Converts this ProducerIds to JSON.
         * @returns JSON object
         */
        toJSON(): { [k: string]: any };
    }

    namespace ProducerIds {

        /** Properties of a ProducerIds. */
        interface $Properties {

            /** ProducerIds nextProducerId */
            nextProducerId?: (number|null);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];
        }

        /** Shape of a ProducerIds. */
        type $Shape = ottla.ProducerIds.$Properties;
    }
}
